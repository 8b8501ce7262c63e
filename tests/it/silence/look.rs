//! The rows behind it: when the next look is set, that nothing is written while it stays, what a look costs, and that each
//! is done once.

use attune::{
    db::{
        Conn,
        schema::{quiet_days, timers},
    },
    id::UserId,
    rules::{Context, Finding, RULES, RuleId, RuleSpec, Trigger},
    serve::worker::run_due,
};
use diesel::{
    ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{family, kinds, later, own, week};
use crate::{
    flag::flags,
    support::{Backend, Options, Person, TestApp, both_databases, statements},
};

/// When her quiet days are looked at next.
async fn look(app: &TestApp, parent: &Person) -> Option<String> {
    let id: UserId = parent.id.parse().unwrap();
    let read = app.state.db.read(move |conn| {
        let mine = timers::table.filter(timers::parent_id.eq(id)).filter(timers::kind.eq("quiet_day"));
        let rows: Vec<i64> = mine.select(timers::due_at).load(conn)?;
        assert!(rows.len() <= 1, "one look is enough");
        Ok(rows.first().copied())
    });
    let at = read.await.unwrap()?;
    Some(Timestamp::from_microsecond(at).unwrap().to_string())
}

async fn run(app: &TestApp) {
    run_due(&app.state, app.now()).await.unwrap();
}

fn at(text: &str) -> Option<String> {
    Some(text.to_owned())
}

both_databases! {
    async fn the_look_is_set_for_the_morning_on_which_there_is_something_to_ask(app: TestApp) {
        let (mut maya, mut asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        assert_eq!(look(&app, &maya).await, None);
        app.check_in(&maya, json!({"mood": 6})).await;
        assert_eq!(look(&app, &maya).await, None, "one answer is no habit");
        week(&app, &maya, json!({"mood": 6})).await;
        assert_eq!(look(&app, &maya).await, at("2026-11-27T07:00:00Z"));
        let low = app.check_in(&maya, json!({"mood": 1, "contact_me": true})).await;
        assert_eq!(look(&app, &maya).await, at("2026-11-25T07:00:00Z"), "a flag is open");
        let path = format!("/v1/check-ins/{}", low.text("/check_in/id"));
        app.patch(&maya, &path, json!({"contact_me": null})).await.expect(200);
        assert_eq!(look(&app, &maya).await, at("2026-11-27T07:00:00Z"), "it was taken back");
        app.delete(&maya, &path).await.expect(204);
        assert_eq!(look(&app, &maya).await, at("2026-11-27T07:00:00Z"));
        for (settings, expected) in [
            (json!({"paused_until": "2026-12-01"}), "2026-12-05T07:00:00Z"),
            (json!({"check_in_cadence_days": 3}), "2026-12-07T07:00:00Z"),
            (json!({"time_zone": "Asia/Kolkata"}), "2026-12-07T01:30:00Z"),
            (json!({"paused_until": null, "check_in_cadence_days": null}), "2026-11-27T01:30:00Z"),
        ] {
            app.patch(&maya, "/v1/me", settings).await.expect(200);
            run(&app).await;
            assert_eq!(look(&app, &maya).await, at(expected));
        }
        app.patch(&maya, "/v1/me", json!({"display_name": "Maya B."})).await.expect(200);
        assert_eq!(look(&app, &maya).await, at("2026-11-27T01:30:00Z"));
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        assert_eq!(look(&app, &maya).await, at("2026-11-30T01:30:00Z"));
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(look(&app, &maya).await, None);
        app.check_in(&maya, json!({"mood": 6})).await;
        assert_eq!(look(&app, &maya).await, at("2026-12-04T01:30:00Z"));
    }

    /// A look that stays where it is costs the write nothing but the row that is read anyway.
    async fn a_check_in_that_does_not_move_the_look_writes_no_timer(app: TestApp) {
        let (maya, _) = family(&app).await;
        let app = statements::listen(&app).await;
        app.check_in(&maya, json!({"mood": 6})).await;
        let written = |statements: &[String]| {
            statements.iter().filter(|one| one.contains("timers") && !one.starts_with("SELECT")).count()
        };
        assert_eq!(written(&statements::take(&app)), 0);
        app.advance_hours(24);
        let maya = app.sign_in(&maya).await;
        statements::take(&app);
        app.check_in(&maya, json!({"mood": 6})).await;
        assert_eq!(written(&statements::take(&app)), 1);
        app.check_in(&maya, json!({"mood": 5})).await;
        assert_eq!(written(&statements::take(&app)), 0);
    }

    /// REL-20: 20,000 families and nothing due cost one search of an index.
    async fn families_of_whom_nothing_is_due_are_not_looked_at(app: TestApp) {
        let fill = |conn: &mut Conn| {
            conn.batch_execute(match conn {
                Conn::Sqlite(_) => {
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                     INSERT INTO timers (parent_id, kind, subject_id, due_at)
                     SELECT 'p' || i, 'quiet_day', 'next', 4000000000000000 + i FROM n; ANALYZE;"
                }
                Conn::Postgres(_) => {
                    "INSERT INTO timers (parent_id, kind, subject_id, due_at)
                     SELECT 'p' || i, 'quiet_day', 'next', 4000000000000000 + i FROM generate_series(1, 20000) i"
                }
            })?;
            Ok(())
        };
        app.state.db.write(fill).await.unwrap();
        if !app.is_sqlite() {
            app.outside("ANALYZE timers");
        }
        let heard = statements::listen(&app).await;
        run(&heard).await;
        statements::take(&heard);
        run(&heard).await;
        let asked: Vec<String> =
            statements::take(&heard).into_iter().filter(|one| one.contains("timers")).collect();
        assert_eq!(asked.len(), 1, "{asked:#?}");
        let plan = plan(&app, &asked[0]).await;
        assert!(plan.contains("timers_due"), "{plan}");
        assert!(!plan.contains("SCAN timers") && !plan.contains("Seq Scan"), "{plan}");
    }

    /// REL-20, REL-21: whoever looks, each day is asked about once.
    async fn two_that_look_at_once_ask_about_each_day_once(app: TestApp) {
        let asha = app.doula("Asha").await;
        for number in 0..6 {
            let parent = app.parent(&format!("P{number}")).await;
            app.link(&parent, &asha, &["check_ins"], true).await;
            week(&app, &parent, json!({"mood": 6})).await;
        }
        let twin = app.twin().await;
        app.advance_hours(8 * 24);
        let now = app.now();
        let looks = (run_due(&app.state, now), run_due(&twin.state, now));
        let (one, other) = futures_util::future::join(looks.0, looks.1).await;
        let done = one.unwrap() + other.unwrap();
        run(&app).await;
        assert!(done >= 6, "{done}");
        let asha = app.sign_in(&asha).await;
        let seen = flags(&app, &asha, "").await;
        assert_eq!(seen.len(), 6);
        for flag in &seen {
            assert_eq!((kinds(flag), flag["severity"].as_str()), (vec!["raised", "severity"], Some("follow_up")));
        }
        let asked = app.state.db.read(|conn| Ok(quiet_days::table.count().get_result::<i64>(conn)?));
        assert_eq!(asked.await.unwrap(), 12);
    }
}

#[derive(QueryableByName)]
struct OfSqlite {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct OfPostgres {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How the database would answer the statement that leases timers, whatever is bound to it.
async fn plan(app: &TestApp, heard: &str) -> String {
    let sql = heard.split(" -- binds:").next().unwrap().to_owned();
    let read = app.state.db.read(move |conn| {
        let lines: Vec<String> = match conn {
            Conn::Sqlite(sqlite) => {
                let explain = format!("EXPLAIN QUERY PLAN {}", sql.replace('?', "1"));
                let rows: Vec<OfSqlite> = sql_query(explain).load(sqlite)?;
                rows.into_iter().map(|row| row.detail).collect()
            }
            Conn::Postgres(pg) => {
                pg.batch_execute(&format!("PREPARE heard AS {sql}"))?;
                let rows: Vec<OfPostgres> =
                    sql_query("EXPLAIN EXECUTE heard (1, 1, '{quiet_day}', 100)").load(pg)?;
                rows.into_iter().map(|row| row.line).collect()
            }
        };
        Ok(lines.join("\n"))
    });
    read.await.unwrap()
}

fn breaks(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    assert!(trigger.quiet().is_none(), "a rule that fails, as this test wants it");
    None
}

/// The rules that ship, with the one of silence broken.
fn broken() -> &'static [RuleSpec] {
    let broken = RULES.iter().map(|rule| match rule.id {
        RuleId::Silence => RuleSpec { id: RuleId::Silence, decide: breaks },
        _ => *rule,
    });
    Vec::leak(broken.collect())
}

/// REL-10: a rule that fails on a quiet day takes no other with it, and is asked again within a minute.
#[actix_web::test]
async fn a_rule_that_fails_on_a_quiet_day_is_asked_again() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let options = Options { rules: broken(), ..Options::default() };
        let Some(app) = TestApp::with(backend, options).await else { continue };
        // On the morning of day 14 low mood is judged again, and nobody has answered for four days.
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 10).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        week(&app, &maya, json!({"mood": 2})).await;
        let felt = (app.now() - SignedDuration::from_hours(24 * 7)).to_string();
        app.check_in(&maya, json!({"mood": 2, "occurred_at": felt})).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        let rules = |flags: &[serde_json::Value]| -> Vec<String> {
            let mut rules: Vec<String> =
                flags.iter().map(|flag| flag["rule"]["id"].as_str().unwrap().to_owned()).collect();
            rules.sort_unstable();
            rules
        };
        let seen = flags(&app, &asha, "").await;
        assert_eq!(rules(&seen), ["low_first_days", "sustained_low"]);
        later(&app, "PT5M", [&mut maya, &mut asha]).await;
        assert_eq!(rules(&flags(&app, &asha, "").await).len(), 2, "it fails again");
        let sound = app.twin_with_rules(RULES).await;
        later(&sound, "PT61S", [&mut maya, &mut asha]).await;
        let seen = flags(&sound, &asha, "").await;
        assert_eq!(rules(&seen), ["low_first_days", "silence", "sustained_low"]);
        assert_eq!(own(&sound, &maya).await.len(), 3);
    }
}
