//! A parent's own days as a picture, over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{
    curves::{curves, last_day},
    day::local_date,
    history_store,
    span::Asked,
    usual_store,
    whose_store::Whose,
};
use crate::{
    app::App,
    auth::Parent,
    chart::{self, Picture, Reader},
    error::Result,
    flag,
    http::{query::Query, reply},
    screening,
};

/// Draws your check-ins over time.
///
/// Each measure that you answered, with the lowest and the highest answer of a day beside its mean and your own usual
/// range behind it; your flags, and the totals of your questionnaires. A day without an answer is left open. Beyond 62
/// days it is drawn by the week. The picture has a title, and every value in words. Without `from` and `to` it covers
/// your last 28 days.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("from" = Option<String>, Query, format = Date,
            description = "First local day, included; 27 days before the last when not given"),
        ("to" = Option<String>, Query, format = Date,
            description = "Last local day, included, at most 365 days after the first; today when not given"),
    ),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String)),
    security(("access_token" = []))
)]
#[get("/v1/check-ins/chart.svg")]
pub async fn show(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let asked = Asked::take(&mut query);
    query.finish()?;
    let (now, own, vault) = (app.clock.now(), parent.own(), app.vault.clone());
    let picture = app
        .db
        .read(move |conn| {
            let whose = Whose::read(conn, &vault, &own)?;
            let zone = &whose.parent.time_zone;
            let today = local_date(now, zone);
            let span = asked.on(today)?;
            let history = history_store::own_days(conn, &own, span)?;
            let usuals = usual_store::frozen(conn, &own)?;
            let connection_counts = whose.profile().connection_counts();
            let forms = screening::mark::own(conn, &own, span, connection_counts)?;
            let last = last_day(&history, &forms, span, today);
            Ok(Picture {
                reader: Reader::Parent,
                from: span.from,
                to: last,
                curves: Some(curves(&history, &usuals.all, span, last, connection_counts)),
                flags: flag::mark::own(conn, &own, span.from, last, zone, connection_counts, now)?,
                forms,
            })
        })
        .await?;
    Ok(reply::picture(chart::render(&picture)?))
}
