//! A client's days as a picture, over HTTP, of what is shared.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::list as clients;
use crate::{
    app::App,
    auth::{self, Doula},
    care::baby_store,
    chart::{self, Picture, Reader},
    check_in::{
        curves::{curves, last_day},
        history_store, local_date,
        span::Asked,
        usual_store,
    },
    error::Result,
    flag,
    http::{query::Query, reply},
    id::UserId,
    profile::store::facts_behind,
    rules::Profile,
    screening,
};

/// Draws what a client shares with you over time.
///
/// What is private or was recorded before your link's history leaves no trace in it. Each measure has the lowest and
/// the highest answer of a day beside its mean and the client's own usual range behind it; flags are there as you see
/// them, totals of questionnaires with the scope `screenings`. A day without an answer is left open. Without the scope
/// `check_ins` no measure is drawn, and the picture says so. Beyond 62 days it is drawn by the week. The picture has a
/// title, and every value in words. Without `from` and `to` it covers the client's last 28 days.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
        ("from" = Option<String>, Query, format = Date,
            description = "First local day, included; 27 days before the last when not given."),
        ("to" = Option<String>, Query, format = Date,
            description = "Last local day, included, at most 365 days after the first; today when not given."),
    ),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}/chart.svg")]
pub async fn show(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let asked = Asked::take(&mut query);
    query.finish()?;
    let (now, vault, client) = (app.clock.now(), app.vault.clone(), path.into_inner());
    let picture = app
        .db
        .write(move |conn| {
            let grant = clients::granted(conn, &doula, client, now)?;
            let parent = facts_behind(conn, &grant)?;
            let today = local_date(now, &parent.time_zone);
            let span = asked.on(today)?;
            clients::record(conn, &doula, &grant, "client.chart", now)?;
            let any_baby_visible = baby_store::any_shown(conn, &grant)?;
            let known = Profile { birth_date: None, contexts: parent.contexts, any_baby_visible };
            let connection_counts = known.connection_counts();
            let forms = screening::mark::seen(conn, &grant, span, connection_counts)?;
            let history = history_store::shared_days(conn, &grant, span)?;
            let last = last_day(&history, &forms, span, today);
            let curves = if grant.scopes().check_ins {
                let usuals = usual_store::shown(conn, &grant)?;
                Some(curves(&history, &usuals, span, last, connection_counts))
            } else {
                None
            };
            Ok(Picture {
                reader: Reader::Doula { client: auth::store::display_name(conn, &vault, grant.parent())? },
                from: span.from,
                to: last,
                curves,
                flags: flag::mark::seen(
                    conn,
                    &grant,
                    (span.from, last),
                    &parent.time_zone,
                    connection_counts,
                    now,
                )?,
                forms,
            })
        })
        .await?;
    Ok(reply::picture(chart::render(&picture)?))
}
