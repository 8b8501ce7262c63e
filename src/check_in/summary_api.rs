//! A parent's own summary over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{
    day::local_date,
    history_store,
    span::Asked,
    summary::{SummaryView, summary},
    usual_store,
    whose_store::Whose,
};
use crate::{app::App, auth::Parent, error::Result, http::query::Query};

/// Sums up your check-ins by day and by week.
///
/// Only days and weeks with a check-in are listed, earliest first; what was not answered is null. Without
/// `from` and `to` it covers your last 28 days.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("from" = Option<String>, Query, format = Date,
            description = "First local day, included; 27 days before the last when not given"),
        ("to" = Option<String>, Query, format = Date,
            description = "Last local day, included, at most 365 days after the first; today when not given"),
    ),
    responses((status = 200, body = SummaryView)),
    security(("access_token" = []))
)]
#[get("/v1/check-ins/summary")]
pub async fn show(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let asked = Asked::take(&mut query);
    query.finish()?;
    let (now, own, vault) = (app.clock.now(), parent.own(), app.vault.clone());
    let view = app
        .db
        .read(move |conn| {
            let whose = Whose::read(conn, &vault, &own)?;
            let span = asked.on(local_date(now, &whose.parent.time_zone))?;
            let history = history_store::own_days(conn, &own, span)?;
            let usuals = usual_store::frozen(conn, &own)?;
            Ok(summary(&history, &usuals.all, span, whose.profile().connection_counts()))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
