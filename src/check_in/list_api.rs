//! Lists of what a parent sent, newest first: what check-ins and questionnaires have in common there.

use std::{fmt::Display, str::FromStr};

use actix_web::{HttpRequest, web};
use jiff::Timestamp;

use super::Filter;
use crate::{
    app::App,
    auth::Signed,
    care::Own,
    db::Conn,
    error::{Error, Result},
    http::{
        page::{Page, PageRequest, Scope, read_position, write_position},
        query::Query,
        value::Day,
    },
};

/// A row that has its place by instant and id.
pub trait Placed {
    /// What it is named by.
    type Id: Display + FromStr + Send + 'static;

    /// Its place.
    fn place(&self) -> (Timestamp, Self::Id);
}

/// Where the next row of a list lies: after this one.
pub type After<Row> = Option<(Timestamp, <Row as Placed>::Id)>;

/// A page of what is a parent's own. `what` names the list, so that a cursor of one is none of another.
///
/// # Errors
/// 400 that names every wrong parameter, once it is known that she may read it; those of the sign-in and the database.
pub async fn own<Row: Placed + Send + 'static>(
    req: &HttpRequest,
    signed: Signed,
    app: &web::Data<App>,
    what: &str,
    rows: impl FnOnce(&mut Conn, &Own, &Filter, After<Row>, i64) -> Result<Vec<Row>> + Send + 'static,
) -> Result<Page<Row>> {
    let now = app.clock.now();
    let reader = format!("{what} of {}", signed.id());
    let asked = list_query(req).map(|(filter, request)| (format!("{filter:?}"), filter, request));
    let filter_text = asked.as_ref().map_or_else(|_| String::new(), |(text, ..)| text.clone());
    let scope = Scope { reader: &reader, filter: &filter_text };
    let asked = asked.and_then(|(_, filter, request)| {
        let after = request.position(&app.vault, scope, now)?.as_deref().map(read_position).transpose()?;
        Ok((filter, request, after))
    });
    let read = move |conn: &mut Conn| {
        // Who has no right learns of nothing else that is wrong.
        let own = signed.parent(conn)?.own();
        let (filter, request, after) = asked?;
        let limit = i64::try_from(request.limit + 1).map_err(Error::internal)?;
        Ok((rows(conn, &own, &filter, after, limit)?, request))
    };
    let (rows, request) = app.db.read(read).await?;
    Ok(Page::cut(rows, &request, position, &app.vault, scope, now))
}

/// A row's place as a cursor carries it.
pub fn position<Row: Placed>(row: &Row) -> String {
    let (at, id) = row.place();
    write_position(at, id)
}

/// Days, limit and cursor of a list.
///
/// # Errors
/// 400 that names every wrong parameter.
pub fn list_query(req: &HttpRequest) -> Result<(Filter, PageRequest)> {
    let mut query = Query::of(req);
    let filter = Filter {
        from: query.take::<Day>("from").map(|day| day.0),
        to: query.take::<Day>("to").map(|day| day.0),
    };
    let request = PageRequest::take(&mut query);
    query.finish()?;
    Ok((filter, request))
}
