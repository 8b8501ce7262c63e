//! Lines that move what becomes due without an answer count from the next morning on, also for whom nobody hears from: a
//! practice sets them, they run out, a link begins, changes or ends.

use attune::{db::schema::timers, id::UserId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::{Value, json};

use super::{flag, flags, set};
use crate::{
    silence::{later, own, week},
    support::{Person, TestApp, both_databases, statements},
};

/// A parent who wrote on every day of the last week, and whose care she is in.
async fn family(app: &TestApp, name: &str, doula: &Person) -> (Person, String) {
    let parent = app.parent_with_baby(name, 60).await;
    let link = app.link(&parent, doula, &["check_ins"], false).await;
    week(app, &parent, json!({"mood": 6})).await;
    (parent, format!("/v1/care-links/{link}"))
}

async fn silence(app: &TestApp, admin: &Person, first: Value, second: Value, until: Value) {
    let body =
        json!({"settings": {"first_days": first, "second_days": second}, "reason": "Ours.", "until": until});
    set(app, admin, "silence", body).await;
}

/// When her next look is, and whether it is to be worked out again.
async fn looks(app: &TestApp, parent: &Person) -> Vec<(String, i64)> {
    let id: UserId = parent.id.parse().unwrap();
    let read = app.state.db.read(move |conn| {
        let mine = timers::table.filter(timers::parent_id.eq(id)).order(timers::subject_id.asc());
        Ok(mine.select((timers::subject_id, timers::due_at)).load(conn)?)
    });
    read.await.unwrap()
}

/// From when on the look that works hers out again may be taken.
async fn free_from(app: &TestApp, parent: &Person) -> i64 {
    let id: UserId = parent.id.parse().unwrap();
    let read = app.state.db.read(move |conn| {
        let mine = timers::table.filter(timers::parent_id.eq(id)).filter(timers::subject_id.eq("lines"));
        Ok(mine.select(timers::leased_until).first::<Option<i64>>(conn)?)
    });
    read.await.unwrap().expect("it is spread")
}

both_databases! {
    async fn days_that_a_practice_shortens_count_the_next_morning_without_an_answer(app: TestApp) {
        let (mut asha, mut cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        let (mut maya, _) = family(&app, "Maya", &asha).await;
        let (mut nora, _) = family(&app, "Nora", &cleo).await;
        later(&app, "P2D", [&mut maya, &mut asha, &mut nora, &mut cleo]).await;
        silence(&app, &asha, json!(3), json!(4), Value::Null).await;
        later(&app, "PT21H59M", [&mut maya, &mut asha, &mut nora, &mut cleo]).await;
        assert_eq!(flags(&app, &asha).await, [], "nothing is asked before the morning");
        later(&app, "PT2M", [&mut maya, &mut asha, &mut nora, &mut cleo]).await;
        assert_eq!(flags(&app, &asha).await, [flag("silence", "notice")], "on 26 November");
        assert_eq!(flags(&app, &cleo).await, [], "another practice set nothing");
        later(&app, "P1D", [&mut maya, &mut asha, &mut nora, &mut cleo]).await;
        assert_eq!(flags(&app, &asha).await, [flag("silence", "follow_up")]);
        assert_eq!(flags(&app, &cleo).await, [flag("silence", "notice")]);
    }

    /// What was asked as a notice was no follow-up, whatever it would be by the lines of now.
    async fn a_follow_up_is_not_lost_when_days_are_shortened_after_the_notice(app: TestApp) {
        let mut asha = app.doula("Asha").await;
        let (mut maya, _) = family(&app, "Maya", &asha).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha).await, [flag("silence", "notice")]);
        silence(&app, &asha, json!(3), json!(4), Value::Null).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha).await, [flag("silence", "follow_up")]);
        later(&app, "P10D", [&mut maya, &mut asha]).await;
        assert_eq!(own(&app, &maya).await.len(), 1);
    }

    async fn days_that_run_out_are_those_that_ship_from_the_next_morning_on(app: TestApp) {
        let (mut asha, mut cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        let until = json!("2026-11-28T12:00:00Z");
        // Set before anybody answers in the one practice, and after that in the other.
        silence(&app, &asha, json!(7), json!(10), until.clone()).await;
        let (mut maya, _) = family(&app, "Maya", &asha).await;
        let (mut nora, _) = family(&app, "Nora", &cleo).await;
        silence(&app, &cleo, json!(7), json!(10), until).await;
        later(&app, "P5D", [&mut maya, &mut asha, &mut nora, &mut cleo]).await;
        assert_eq!((flags(&app, &asha).await, flags(&app, &cleo).await), (vec![], vec![]));
        later(&app, "P1D", [&mut maya, &mut asha, &mut nora, &mut cleo]).await;
        let notice = vec![flag("silence", "notice")];
        assert_eq!((flags(&app, &asha).await, flags(&app, &cleo).await), (notice.clone(), notice));
    }

    async fn a_link_with_a_stricter_practice_counts_the_next_morning(app: TestApp) {
        let (mut asha, mut cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        silence(&app, &cleo, json!(3), json!(4), Value::Null).await;
        let (mut maya, _) = family(&app, "Maya", &asha).await;
        later(&app, "P2D", [&mut maya, &mut asha, &mut cleo]).await;
        app.link(&maya, &cleo, &["check_ins"], false).await;
        later(&app, "P1D", [&mut maya, &mut asha, &mut cleo]).await;
        assert_eq!(flags(&app, &asha).await, [flag("silence", "notice")], "on 26 November");
    }

    async fn a_link_that_ends_or_expires_takes_its_lines_along(app: TestApp) {
        let (mut asha, mut cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        silence(&app, &asha, json!(7), json!(10), Value::Null).await;
        let (mut maya, ended) = family(&app, "Maya", &asha).await;
        let (mut nora, expires) = family(&app, "Nora", &asha).await;
        let (mut vera, stays) = family(&app, "Vera", &asha).await;
        later(&app, "P4D", [&mut maya, &mut nora, &mut vera, &mut asha, &mut cleo]).await;
        app.patch(&nora, &expires, json!({"expires_at": "2026-11-28T12:00:00Z"})).await.expect(200);
        later(&app, "P1D", [&mut maya, &mut nora, &mut vera, &mut asha, &mut cleo]).await;
        app.delete(&maya, &ended).await.expect(204);
        app.patch(&vera, &stays, json!({"private_danger": true})).await.expect(200);
        for parent in [&maya, &nora, &vera] {
            assert_eq!(own(&app, parent).await.len(), 0, "28 November");
        }
        later(&app, "P1D", [&mut maya, &mut nora, &mut vera, &mut asha, &mut cleo]).await;
        assert_eq!((own(&app, &maya).await.len(), own(&app, &nora).await.len()), (1, 1), "what ships counts");
        assert_eq!(own(&app, &vera).await.len(), 0, "seven days are not over");
    }

    /// One statement for all families of a practice, their looks apart; what moves no day sets none.
    async fn the_families_of_a_practice_are_looked_at_one_after_the_other(app: TestApp) {
        let (asha, cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        let mut families = Vec::new();
        for number in 0..3 {
            families.push(family(&app, &format!("P{number}"), &asha).await.0);
        }
        let (other, _) = family(&app, "Other", &cleo).await;
        let (gone, link) = family(&app, "Gone", &asha).await;
        app.delete(&gone, &link).await.expect(204);
        let next = looks(&app, &other).await;
        set(&app, &asha, "elation", json!({"settings": {"mood": 7}, "reason": "Sooner."})).await;
        set(&app, &asha, "due_times", json!({"settings": {"notice": 100}, "reason": "Sooner."})).await;
        for parent in &families {
            assert_eq!(looks(&app, parent).await, next);
        }
        let heard = statements::listen(&app).await;
        silence(&heard, &asha, json!(3), json!(4), Value::Null).await;
        let timers = statements::take(&heard).into_iter().filter(|one| one.contains("timers"));
        assert_eq!(timers.count(), 1);
        let (mut set_for, mut free) = (Vec::new(), Vec::new());
        for parent in &families {
            let looks = looks(&app, parent).await;
            assert_eq!((looks.len(), &looks[1], looks[0].0.as_str()), (2, &next[0], "lines"));
            set_for.push(looks[0].1);
            free.push(free_from(&app, parent).await);
        }
        free.sort_unstable();
        // All are worked out as of the change, and taken one after the other.
        assert_eq!(set_for, [free[0]; 3]);
        assert_eq!([free[1] - free[0], free[2] - free[1]], [20_000, 20_000]);
        assert_eq!((looks(&app, &other).await, looks(&app, &gone).await), (next.clone(), next.clone()));
        // Set once more, what is to be looked at soon is not put off.
        app.advance_minutes(1);
        silence(&app, &asha, json!(3), json!(5), Value::Null).await;
        for parent in &families {
            let again = looks(&app, parent).await[0].1;
            assert!(set_for.contains(&again), "{again}");
        }
    }
}
