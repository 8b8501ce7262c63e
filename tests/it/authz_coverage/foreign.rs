//! What is somebody else's answers byte for byte as what does not exist, whatever else the request says.

use actix_web::test::TestRequest;

use super::{TABLE, Who, fine_body, signed, world::World};
use crate::support::{Answer, Person, TestApp, both_databases, path::named};

/// Bodies that are fine, that are not, and that never would be.
fn bodies(method: &str, path: &str) -> Vec<Option<Vec<u8>>> {
    let Some(fine) = fine_body(method, path) else { return vec![None] };
    vec![
        Some(fine.to_string().into_bytes()),
        Some(b"{}".to_vec()),
        Some(
            b"{\"surprise\": true, \"name\": 7, \"to\": \"nowhere\", \"scopes\": [\"everything\"]}".to_vec(),
        ),
        Some(b"[]".to_vec()),
        Some(b"{\"to\": ".to_vec()),
        Some(vec![b' '; 70_000]),
        None,
    ]
}

/// Tags and keys that are right, wrong and no tags or keys at all.
const HEADERS: &[&[(&str, &str)]] = &[
    &[],
    &[("If-Match", "\"1\"")],
    &[("If-Match", "\"99\"")],
    &[("If-Match", "W/\"1\"")],
    &[("If-Match", "*")],
    &[("If-Match", "nonsense")],
    &[("If-None-Match", "\"1\"")],
    &[("Idempotency-Key", "once")],
    &[("Idempotency-Key", "with some spaces")],
];

async fn ask(
    app: &TestApp,
    person: &Person,
    (method, path): (&str, &str),
    id: &str,
    body: Option<&[u8]>,
    headers: &[(&str, &str)],
) -> Answer {
    let concrete = named(path).replace("{id}", id);
    let method = actix_web::http::Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = TestRequest::with_uri(&concrete)
        .method(method)
        .insert_header(("Authorization", format!("Bearer {}", person.token)));
    for header in headers {
        request = request.insert_header(*header);
    }
    if let Some(body) = body {
        request = request.insert_header(("Content-Type", "application/json")).set_payload(body.to_vec());
    }
    app.send(request).await
}

both_databases! {
    /// ACC-3: who is asking is settled before what is asked is looked at.
    async fn somebody_elses_looks_like_nobodys(app: TestApp) {
        let world = World::new(&app).await;
        let mut compared = 0;
        for (method, path, who) in TABLE.iter().filter(|(_, path, _)| path.contains("{id}")) {
            for (role, person) in [("parent", &world.nora), ("doula", &world.bea)] {
                if !who.includes(role) {
                    continue;
                }
                for sent in bodies(method, path) {
                    for headers in HEADERS {
                        let sent = sent.as_deref();
                        let foreign = ask(&app, person, (method, path), world.object_at(path), sent, headers).await;
                        let absent = ask(&app, person, (method, path), world.absent(), sent, headers).await;
                        let words = sent.map(|sent| String::from_utf8_lossy(&sent[..sent.len().min(80)]).into_owned());
                        let row = format!("{role} {method} {path} {headers:?} {words:?}");
                        assert_eq!(foreign.comparable(), absent.comparable(), "{row}");
                        assert_eq!((foreign.status, foreign.text("/code")), (404, "not_found"), "{row}");
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 200, "{compared}");
        world.is_untouched(&app).await;
    }

    /// ACC-1: the ids above are real ones; their owners get in with them.
    async fn ones_own_is_found(app: TestApp) {
        let world = World::new(&app).await;
        let mut rows: Vec<_> = TABLE.iter().filter(|(_, path, _)| path.contains("{id}")).collect();
        // What ends something comes last, then the link by which a doula is let in, and the sign-in that all of it rests on at
        // the very end.
        rows.sort_by_key(|(method, path, _)| {
            (*method == "DELETE", path.starts_with("/v1/auth/"), path.starts_with("/v1/care-links"))
        });
        for (method, path, who) in rows {
            let owner = if *who == Who::Doula { &world.asha } else { &world.maya };
            let request = signed(owner, method, path, world.object_at(path));
            let answer = app.send(if *method == "PATCH" { request.insert_header(("If-Match", "\"1\"")) } else { request }).await;
            let fine = match (*method, *path) {
                ("DELETE", _) => 204,
                ("POST", path) if path.starts_with("/v1/clients/") => 201,
                _ => 200,
            };
            assert_eq!(answer.status, fine, "{method} {path}: {}", answer.body);
        }
        let ended = app.get(&world.maya, "/v1/me").await;
        assert_eq!(ended.status, 401, "the sign-in was ended");
    }

    /// A doula whose link was withdrawn is a stranger again.
    async fn a_withdrawn_doula_is_a_stranger(app: TestApp) {
        let world = World::new(&app).await;
        app.delete(&world.maya, &format!("/v1/care-links/{}", world.object_at("/v1/care-links/{id}"))).await.expect(204);
        let mut compared = 0;
        for (method, path, who) in TABLE.iter().filter(|(_, path, _)| path.contains("{id}")) {
            if !matches!(who, Who::Doula | Who::EitherSide) {
                continue;
            }
            for sent in bodies(method, path) {
                let sent = sent.as_deref();
                let was = ask(&app, &world.asha, (method, path), world.object_at(path), sent, &[]).await;
                let absent = ask(&app, &world.asha, (method, path), world.absent(), sent, &[]).await;
                assert_eq!(was.comparable(), absent.comparable(), "{method} {path}");
                assert_eq!(was.status, 404, "{method} {path}: {}", was.body);
                compared += 1;
            }
        }
        assert!(compared > 10, "{compared}");
    }
}
