//! Accounts: registering, signing in, and what a refusal gives away, which is nothing.
//!
//! Sessions and refresh tokens are in `auth_session`, guessing in `auth_guess`.

use actix_web::test::TestRequest;
use attune::{
    auth::{
        caller::Role,
        email::Email,
        store::{NewUser, insert_user},
    },
    db::{
        schema::{practice_members, users},
        types::Micros,
    },
    id::UserId,
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::{Value, json};

use crate::support::{Answer, Options, Person, TestApp, both_databases, people::PASSWORD};

fn form() -> Value {
    json!({
        "email": "maya@example.org", "password": PASSWORD, "display_name": "Maya", "role": "parent",
        "time_zone": "Europe/London", "locale": "en-GB", "country": "GB",
    })
}

fn form_with(field: &str, value: impl Into<Value>) -> Value {
    let mut form = form();
    form[field] = value.into();
    form
}

pub async fn register(app: &TestApp, body: Value) -> Answer {
    app.anonymous(TestRequest::post().uri("/v1/auth/register").set_json(body)).await
}

pub async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.anonymous(TestRequest::post().uri("/v1/auth/login").set_json(body)).await
}

/// Switches an account off, as an operator would in the database.
pub async fn disable(app: &TestApp, person: &Person) {
    let id: UserId = person.id.parse().unwrap();
    let now = app.now();
    let switched = app.state.db.write(move |conn| {
        Ok(diesel::update(users::table.find(id))
            .set(users::disabled_at.eq(Micros::from(now)))
            .execute(conn)?)
    });
    assert_eq!(switched.await.unwrap(), 1);
}

both_databases! {
    async fn registering_makes_an_account_and_signs_it_in(app: TestApp) {
        let answer = register(&app, form()).await.expect(201);
        assert_eq!(answer.header("location"), "/v1/me");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.text("/user/display_name"), "Maya");
        assert_eq!(answer.text("/user/role"), "parent");
        assert_eq!(answer.text("/token_type"), "Bearer");
        assert_eq!(answer.at("/expires_in"), 600);
        let bearer = format!("Bearer {}", answer.text("/access_token"));
        let request = TestRequest::get().uri("/v1/me").insert_header(("Authorization", bearer));
        let me = app.send(request).await.expect(200);
        assert_eq!(me.at("/id"), answer.at("/user/id"));
        assert!(!String::from_utf8(answer.bytes).unwrap().contains(PASSWORD));
    }

    async fn every_wrong_field_of_a_registration_is_named(app: TestApp) {
        let empty = register(&app, json!({})).await.expect(422);
        assert_eq!(empty.wrong_fields(), ["/display_name", "/email", "/password", "/role", "/time_zone"]);
        for (field, value) in [
            ("email", json!("maya")),
            ("email", json!("maya@example")),
            ("email", json!(format!("{}@example.org", "a".repeat(243)))),
            ("email", json!("Maya <maya@example.org>")),
            ("email", json!(7)),
            ("display_name", json!("")),
            ("display_name", json!("   ")),
            ("display_name", json!("x".repeat(81))),
            ("display_name", json!("two\nlines")),
            ("display_name", json!("turned \u{202e}round")),
            ("display_name", json!("nul \u{0}")),
            ("role", json!("operator")),
            ("role", json!("admin")),
            ("time_zone", json!("Mars/Olympus")),
            ("time_zone", json!("")),
            ("locale", json!("not a tag")),
            ("country", json!("XX")),
            ("country", json!("gb")),
            ("country", json!("GBR")),
            ("is_admin", json!(true)),
        ] {
            let answer = register(&app, form_with(field, value.clone())).await;
            assert_eq!(answer.status, 422, "{field} {value}");
            assert_eq!(answer.wrong_fields(), [format!("/{field}")], "{field} {value}");
        }
        register(&app, form_with("display_name", "😀".repeat(80))).await.expect(201);
    }

    /// AUTH-1: characters count, whatever they take in bytes.
    async fn a_password_has_15_to_128_characters(app: TestApp) {
        for (number, letter) in ["x", "\u{1d11e}"].iter().enumerate() {
            for (length, status) in [(14, 422), (15, 201), (128, 201), (129, 422)] {
                let mut body = form_with("password", letter.repeat(length));
                body["email"] = json!(format!("p{number}-{length}@example.org"));
                let answer = register(&app, body).await;
                assert_eq!(answer.status, status, "{length} times {letter}");
                if status == 422 {
                    assert_eq!(answer.wrong_fields(), ["/password"]);
                    continue;
                }
                let email = format!("p{number}-{length}@example.org");
                login(&app, &email, &letter.repeat(length)).await.expect(200);
                login(&app, &email, &letter.repeat(length - 1)).await.expect(401);
            }
        }
    }

    /// AUTH-1.
    async fn nothing_of_a_password_is_cut_off(app: TestApp) {
        let (long, twin) = (format!("{}a", "x".repeat(72)), format!("{}b", "x".repeat(72)));
        register(&app, form_with("password", long.clone())).await.expect(201);
        login(&app, "maya@example.org", &twin).await.expect(401);
        login(&app, "maya@example.org", &format!("{long} ")).await.expect(401);
        login(&app, "maya@example.org", &long.to_uppercase()).await.expect(401);
        login(&app, "maya@example.org", &long).await.expect(200);
    }

    /// FND-13, DAT-3.
    async fn an_address_has_one_account_however_it_is_written(app: TestApp) {
        register(&app, form_with("email", "Maya.Lee@Example.org")).await.expect(201);
        for again in ["maya.lee@example.org", "MAYA.LEE@EXAMPLE.ORG", " maya.lee@example.org "] {
            let answer = register(&app, form_with("email", again)).await.expect(409);
            assert_eq!(answer.text("/code"), "email_taken");
        }
        login(&app, "mAYA.lEE@example.ORG", PASSWORD).await.expect(200);
        register(&app, form_with("email", "maya.leo@example.org")).await.expect(201);
    }

    /// AUTH-7.
    async fn refused_sign_ins_cannot_be_told_apart(app: TestApp) {
        app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        disable(&app, &noor).await;
        let wrong = login(&app, "maya@example.org", "not the password at all").await.expect(401);
        assert_eq!(wrong.text("/code"), "bad_credentials");
        let unknown = login(&app, "nobody@example.org", PASSWORD).await;
        let disabled = login(&app, &noor.email, PASSWORD).await;
        let no_address = login(&app, "no address", PASSWORD).await;
        for other in [unknown, disabled, no_address] {
            assert_eq!(other.comparable(), wrong.comparable());
        }
    }

    /// SES-5.
    async fn a_disabled_account_is_refused_at_the_next_request(app: TestApp) {
        let maya = app.parent("Maya").await;
        app.get(&maya, "/v1/me").await.expect(200);
        disable(&app, &maya).await;
        let refused = app.get(&maya, "/v1/me").await.expect(401);
        let mut stranger = maya.clone();
        stranger.token = "junk".into();
        assert_eq!(refused.comparable(), app.get(&stranger, "/v1/me").await.comparable());
        let body = json!({"refresh_token": maya.refresh_token});
        app.anonymous(TestRequest::post().uri("/v1/auth/refresh").set_json(body)).await.expect(401);
    }

    async fn a_doula_is_admin_of_a_practice_of_her_own(app: TestApp) {
        let doula = app.doula("Asha").await;
        let parent = app.parent("Maya").await;
        let memberships = |person: &Person| {
            let id: UserId = person.id.parse().unwrap();
            app.state.db.read(move |conn| {
                let rows = practice_members::table
                    .filter(practice_members::user_id.eq(id))
                    .select((practice_members::is_admin, practice_members::left_at));
                Ok(rows.load::<(bool, Option<Micros>)>(conn)?)
            })
        };
        assert_eq!(memberships(&doula).await.unwrap(), [(true, None)]);
        assert!(memberships(&parent).await.unwrap().is_empty());
    }

    /// SES-4.
    async fn the_published_keys_hold_public_parts_only(app: TestApp) {
        let answer = app.anonymous(TestRequest::get().uri("/.well-known/jwks.json")).await.expect(200);
        let keys = answer.list("/keys");
        assert_eq!(keys.len(), 1);
        let mut members: Vec<&str> = keys[0].as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
        for (member, value) in [("kty", "OKP"), ("crv", "Ed25519"), ("alg", "EdDSA"), ("use", "sig")] {
            assert_eq!(keys[0][member], value);
        }
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
    }

    /// An operator runs the server and has no business with anybody's words.
    async fn an_operator_sees_nothing_of_a_parent(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let entry = app.check_in(&maya, json!({"mood": 2, "safe_now": "no", "note": "secret"})).await;
        let (check_in, flag) = (entry.text("/check_in/id"), entry.text("/flags/0/id"));
        let operator = operator(&app).await;
        app.get(&operator, "/v1/me").await.expect(200);
        for path in [
            "/v1/check-ins", "/v1/babies", "/v1/me/flags", "/v1/suggestions", "/v1/care-links",
            "/v1/clients", "/v1/flags", &format!("/v1/check-ins/{check_in}"),
            &format!("/v1/flags/{flag}"),
            &format!("/v1/clients/{}", maya.id), &format!("/v1/clients/{}/check-ins", maya.id),
        ] {
            let answer = app.get(&operator, path).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.body);
            assert_eq!(answer.text("/code"), "wrong_role", "{path}");
        }
        for (path, body) in [
            ("/v1/check-ins", json!({"mood": 5})), ("/v1/invitations", json!({})), ("/v1/babies", json!({})),
            ("/v1/care-links", json!({})),
            (&format!("/v1/flags/{flag}/transitions"), json!({"to": "acknowledged"})),
        ] {
            let answer = app.post(&operator, path, body).await.expect(403);
            assert_eq!(answer.text("/code"), "wrong_role", "{path}");
        }
    }
}

/// Operators are made on the command line only; this is what that does.
async fn operator(app: &TestApp) -> Person {
    let (vault, now) = (app.state.vault.clone(), app.now());
    let new = NewUser {
        role: Role::Operator,
        email: Email::parse("op@example.org").unwrap(),
        password_hash: app.state.hasher.hash(PASSWORD.to_owned()).await.unwrap(),
        display_name: "Operator".into(),
        time_zone: "UTC".into(),
        locale: None,
        country: None,
    };
    let id = app.state.db.write(move |conn| insert_user(conn, &vault, &new, now)).await.unwrap().unwrap();
    let signed_in = login(app, "op@example.org", PASSWORD).await.expect(200);
    Person {
        id: id.to_string(),
        name: "Operator".into(),
        email: "op@example.org".into(),
        token: signed_in.text("/access_token").into(),
        refresh_token: signed_in.text("/refresh_token").into(),
    }
}

#[actix_web::test]
async fn where_doulas_are_invited_the_code_is_needed() {
    use crate::support::Backend;
    let mut options = Options::default();
    options.settings.push(("registration_doula", "invite".into()));
    options.settings.push(("registration_doula_code", "a code for our doulas".into()));
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(app) = TestApp::with(backend, options.clone()).await else { continue };
        for code in [Value::Null, json!("a code for our doula"), json!("A CODE FOR OUR DOULAS"), json!("x")] {
            let mut body = form_with("role", "doula");
            body["invite_code"] = code;
            assert_eq!(register(&app, body).await.expect(422).wrong_fields(), ["/invite_code"]);
        }
        let mut body = form_with("role", "doula");
        body["invite_code"] = json!("a code for our doulas");
        register(&app, body).await.expect(201);
        register(&app, form_with("email", "parent@example.org")).await.expect(201);
    }
}
