//! The rules of a practice over HTTP: every member reads them, an admin changes them.

use actix_web::{HttpRequest, HttpResponse, get, guard::GuardContext, http::header, patch, web};
use serde_json::Value;

use super::{
    member_store,
    rule_body::{self, RuleBody},
    rule_change, rule_store,
    rule_view::{self, PracticeRuleView, RuleChangeView},
};
use crate::{
    app::App,
    auth::Doula,
    error::{Error, ErrorCode, Result},
    http::{
        etag::IfMatch,
        field::{Fault, Wire},
        json::RawBody,
        page::{Page, PageRequest, Scope},
        query::{self, Query},
        value,
    },
    rules::settings::Topic,
};

/// Lists the rules with the lines of your practice.
///
/// All of them come at once. For a parent in the care of several practices the strictest line counts; without a care
/// link the lines that ship.
#[utoipa::path(
    tag = "practice",
    responses((status = 200, body = Page<PracticeRuleView>)),
    security(("access_token" = []))
)]
#[get("/v1/practice/rules")]
pub async fn list(req: HttpRequest, doula: Doula, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let rules = app.db.read(move |conn| {
        let member = member_store::of(conn, &doula)?;
        rule_view::all(conn, &vault, &member, now)
    });
    let page = Page { data: rules.await?, next_cursor: None, has_more: false };
    Ok(page.reply(&req))
}

/// Shows one rule with the lines of your practice.
#[utoipa::path(
    tag = "practice",
    params(("rule" = String, Path, description = "Which rule, or `due_times`.")),
    responses((status = 200, body = PracticeRuleView)),
    security(("access_token" = []))
)]
#[get("/v1/practice/rules/{rule}")]
pub async fn one(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let topic = topic(&path)?;
    query::none(&req)?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let view = app.db.read(move |conn| {
        let member = member_store::of(conn, &doula)?;
        rule_view::one(conn, &vault, &member, topic, now)
    });
    Ok(tagged(&view.await?))
}

/// Changes the lines of one rule, or switches it off or on.
///
/// For admins of the practice. What is not named stays as it is; what is named counts for what is said from now on, and
/// until `until`. Rules about danger, a high mood on little sleep, a request or an urgent answer taken back can only be
/// made stricter.
#[utoipa::path(
    tag = "practice",
    params(
        ("rule" = String, Path, description = "Which rule, or `due_times`."),
        ("If-Match" = String, Header, description = "The `etag` of the rule as you saw it."),
    ),
    request_body = RuleBody,
    responses((status = 200, body = PracticeRuleView)),
    security(("access_token" = []))
)]
#[patch("/v1/practice/rules/{rule}", guard = "is_a_rule")]
pub async fn edit(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<String>,
    body: RawBody,
) -> Result<HttpResponse> {
    let topic = topic(&path)?;
    query::none(&req)?;
    app.db.read(move |conn| member_store::of(conn, &doula)?.admin().map(drop)).await?;
    let tag = IfMatch::required(&req)?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let asked = rule_body::read(topic, body.object().await?, now)?;
    let changed = app.db.write(move |conn| rule_change::change(conn, &vault, &doula, &tag, &asked, now));
    Ok(tagged(&changed.await?))
}

/// The history lies where the rules do and cannot be changed: 405.
fn is_a_rule(context: &GuardContext<'_>) -> bool {
    context.head().uri.path() != "/v1/practice/rules/history"
}

/// Lists what your practice changed, newest first.
#[utoipa::path(
    tag = "practice",
    params(
        ("rule" = Option<String>, Query, description = "Only changes of this rule, or of `due_times`."),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from the page before."),
    ),
    responses((status = 200, body = Page<RuleChangeView>)),
    security(("access_token" = []))
)]
#[get("/v1/practice/rules/history")]
pub async fn history(req: HttpRequest, doula: Doula, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let topic = query.take::<TopicWord>("rule").map(|word| word.0);
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let (reader, words) = (format!("rule changes {}", doula.id()), format!("{topic:?}"));
    let scope = Scope { reader: &reader, filter: &words };
    let below = request.position(&app.vault, scope, now)?.as_deref().map(read_position).transpose()?;
    let most = i64::try_from(request.limit + 1).map_err(Error::internal)?;
    let rows = app
        .db
        .read(move |conn| {
            let member = member_store::of(conn, &doula)?;
            let past = rule_store::history(conn, &vault, &member, topic, below, most)?;
            let places: Vec<i64> = past.iter().map(|act| act.revision).collect();
            Ok(places.into_iter().zip(rule_view::history(conn, &vault, past)?).collect::<Vec<_>>())
        })
        .await?;
    let page = Page::cut(rows, &request, |(revision, _)| revision.to_string(), &app.vault, scope, now);
    Ok(page.map(|(_, view)| view).reply(&req))
}

/// A rule in a query.
struct TopicWord(Topic);

impl Wire for TopicWord {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let words: Vec<&str> = Topic::all().map(Topic::as_str).collect();
        value::word(value, &words).map(Self)
    }
}

fn topic(word: &str) -> Result<Topic> {
    word.parse().map_err(|_| Error::not_found())
}

fn tagged(view: &PracticeRuleView) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, view.etag.clone())).json(view)
}

fn read_position(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::new(ErrorCode::BadCursor, "Begin again without a cursor."))
}
