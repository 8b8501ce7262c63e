//! A client's summary over HTTP, of what she shares.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::list as clients;
use crate::{
    app::App,
    auth::Doula,
    care::baby_store,
    check_in::{
        history_store, local_date,
        span::Asked,
        summary::{SummaryView, summary},
        usual_store,
    },
    error::{Error, ErrorCode, Result},
    http::query::Query,
    id::UserId,
    profile::store::facts_behind,
    rules::Profile,
};

/// Sums up the check-ins that a client shares with you, by day and by week.
///
/// Private ones and those recorded before your link's history count for nothing in it. Only days and weeks with
/// a check-in are listed, earliest first; what was not answered is null. Without `from` and `to` it covers the
/// client's last 28 days. Without the scope `check_ins` it is refused.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
        ("from" = Option<String>, Query, format = Date,
            description = "First local day, included; 27 days before the last when not given."),
        ("to" = Option<String>, Query, format = Date,
            description = "Last local day, included, at most 365 days after the first; today when not given."),
    ),
    responses((status = 200, body = SummaryView)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}/summary")]
pub async fn show(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let asked = Asked::take(&mut query);
    query.finish()?;
    let (now, client) = (app.clock.now(), path.into_inner());
    let view = app
        .db
        .write(move |conn| {
            let grant = clients::granted(conn, &doula, client, now)?;
            if !grant.scopes().check_ins {
                return Err(Error::new(ErrorCode::ScopeNotGranted, "This needs the scope check_ins."));
            }
            let parent = facts_behind(conn, &grant)?;
            let span = asked.on(local_date(now, &parent.time_zone))?;
            clients::record(conn, &doula, &grant, "client.summary", now)?;
            let any_baby_visible = baby_store::any_shown(conn, &grant)?;
            let known = Profile { birth_date: None, contexts: parent.contexts, any_baby_visible };
            let history = history_store::shared_days(conn, &grant, span)?;
            let usuals = usual_store::shown(conn, &grant)?;
            Ok(summary(&history, &usuals, span, known.connection_counts()))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
