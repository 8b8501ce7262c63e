//! Sealed text that was damaged or moved in the database: the row fails, and nobody's words appear in its place.
//!
//! That nothing lies about in clear is shown in `canary`.

use attune::{db::schema::check_ins, id::CheckInId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::json;

use crate::support::{Person, TestApp, both_databases};

async fn entry(app: &TestApp, parent: &Person, note: &str) -> CheckInId {
    let answer = app.check_in(parent, json!({"mood": 5, "note": note, "tags": [note]})).await;
    answer.text("/check_in/id").parse().unwrap()
}

async fn sealed_note(app: &TestApp, id: CheckInId) -> Vec<u8> {
    let read = app.state.db.read(move |conn| {
        let rows = check_ins::table.filter(check_ins::id.eq(id)).select(check_ins::note_sealed);
        Ok(rows.first::<Option<Vec<u8>>>(conn)?)
    });
    read.await.unwrap().unwrap()
}

async fn put_note(app: &TestApp, id: CheckInId, sealed: Vec<u8>) {
    let written = app.state.db.write(move |conn| {
        let rows = diesel::update(check_ins::table.filter(check_ins::id.eq(id)));
        Ok(rows.set(check_ins::note_sealed.eq(Some(&sealed))).execute(conn)?)
    });
    assert_eq!(written.await.unwrap(), 1);
}

/// The row fails with a problem document that holds no words, and what is stored stays as it is.
async fn fails(app: &TestApp, parent: &Person, id: CheckInId) {
    let before = sealed_note(app, id).await;
    let answer = app.get(parent, &format!("/v1/check-ins/{id}")).await.expect(500);
    assert_eq!(answer.text("/code"), "internal");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(!text.contains("words"), "{text}");
    assert_eq!(sealed_note(app, id).await, before);
}

both_databases! {
    /// DAT-2, DAT-6.
    async fn sealed_text_opens_only_in_its_own_cell(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let (one, two) = (entry(&app, &maya, "words one").await, entry(&app, &maya, "words two").await);
        let foreign = entry(&app, &noor, "words of Noor").await;
        let (first, second) = (sealed_note(&app, one).await, sealed_note(&app, two).await);
        let path = format!("/v1/check-ins/{one}");

        put_note(&app, one, second.clone()).await;
        put_note(&app, two, first.clone()).await;
        fails(&app, &maya, one).await;
        fails(&app, &maya, two).await;

        put_note(&app, one, sealed_note(&app, foreign).await).await;
        fails(&app, &maya, one).await;

        put_note(&app, one, first).await;
        assert_eq!(app.get(&maya, &path).await.expect(200).text("/note"), "words one");
        fails(&app, &maya, two).await;
    }

    /// DAT-6.
    async fn damaged_text_is_never_shown_as_anything(app: TestApp) {
        let maya = app.parent("Maya").await;
        let id = entry(&app, &maya, "words").await;
        let whole = sealed_note(&app, id).await;
        for at in [0, 1, 24, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            put_note(&app, id, damaged).await;
            fails(&app, &maya, id).await;
        }
        for damaged in [Vec::new(), b"words in clear".to_vec(), whole[..20].to_vec(), [&whole[..], &[0]].concat()] {
            put_note(&app, id, damaged).await;
            fails(&app, &maya, id).await;
        }
        put_note(&app, id, whole).await;
        assert_eq!(app.get(&maya, &format!("/v1/check-ins/{id}")).await.expect(200).text("/note"), "words");
    }
}
