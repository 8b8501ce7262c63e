//! People and what is theirs: made through the interface, but for the operator, whom no interface makes.

use attune::auth::{caller::Role, email::Email, store};
use serde_json::json;

use crate::support::{Person, TestApp, people::PASSWORD};

/// Maya and Asha, who belong together; Nora and Bea, who belong together and are strangers to them.
pub struct World {
    /// A parent with a baby, a check-in, a flag.
    pub maya: Person,
    /// Her doula.
    pub asha: Person,
    /// A stranger, a parent who has all of that too.
    pub nora: Person,
    /// A stranger, Nora's doula.
    pub bea: Person,
    objects: Vec<(&'static str, String)>,
    absent: String,
}

impl World {
    /// Two families.
    pub async fn new(app: &TestApp) -> Self {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        let (nora, bea) = (app.parent("Nora").await, app.doula("Bea").await);
        let mut objects = Vec::new();
        for (parent, doula) in [(&nora, &bea), (&maya, &asha)] {
            let baby = app.baby(parent, 20).await;
            let link = app.link(parent, doula, &["check_ins", "notes", "screenings"], true).await;
            let submitted =
                app.check_in(parent, json!({"mood": 2, "safe_now": "unsure", "note": "A word."})).await;
            let form = json!({"instrument": "gad-2", "answers": [0, 1]});
            let form = app.post(parent, "/v1/screenings", form).await.expect(201);
            let sessions = app.get(parent, "/v1/auth/sessions").await.expect(200);
            objects = vec![
                ("/v1/auth/sessions", sessions.text("/data/0/id").to_owned()),
                ("/v1/babies", baby),
                ("/v1/care-links", link),
                ("/v1/check-ins", submitted.text("/check_in/id").to_owned()),
                ("/v1/clients", parent.id.clone()),
                ("/v1/flags", submitted.text("/flags/0/id").to_owned()),
                ("/v1/screenings", form.text("/screening/id").to_owned()),
            ];
        }
        Self { maya, asha, nora, bea, objects, absent: uuid::Uuid::now_v7().to_string() }
    }

    /// An id that nothing has.
    pub fn absent(&self) -> &str {
        &self.absent
    }

    /// The id of Maya's object at a path of the document; for a path without an id, one that nothing has.
    pub fn object_at(&self, path: &str) -> &str {
        if !path.contains("{id}") {
            return &self.absent;
        }
        let found = self.objects.iter().find(|(begin, _)| path.starts_with(begin));
        found
            .map(|(_, id)| id.as_str())
            .unwrap_or_else(|| panic!("what is a parent's own at {path}? Make one"))
    }

    /// Somebody of Maya's account whose sign-in has ended, with an access token that has not.
    pub async fn ended(&self, app: &TestApp) -> Person {
        let body = json!({"email": self.maya.email, "password": PASSWORD});
        let request = actix_web::test::TestRequest::post().uri("/v1/auth/login").set_json(body);
        let tokens = app.anonymous(request).await.expect(200);
        let ended = Person { token: tokens.text("/access_token").to_owned(), ..self.maya.clone() };
        app.get(&ended, "/v1/me").await.expect(200);
        let body = json!({"refresh_token": tokens.at("/refresh_token")});
        app.anonymous(actix_web::test::TestRequest::post().uri("/v1/auth/logout").set_json(body))
            .await
            .expect(204);
        ended
    }

    /// What strangers tried has changed nothing, and its owners still have it.
    pub async fn is_untouched(&self, app: &TestApp) {
        let at = |path: &str| format!("{path}/{}", self.object_at(&format!("{path}/{{id}}")));
        let baby = app.get(&self.maya, &at("/v1/babies")).await.expect(200);
        assert_eq!((baby.at("/name").as_str(), baby.header("etag")), (None, "\"1\""));
        for person in [&self.maya, &self.asha] {
            let link = app.get(person, &at("/v1/care-links")).await.expect(200);
            assert_eq!((link.header("etag"), link.at("/ended_at").as_str()), ("\"1\"", None));
        }
        app.get(&self.maya, &at("/v1/check-ins")).await.expect(200);
        assert_eq!(app.get(&self.maya, &at("/v1/screenings")).await.expect(200).header("etag"), "\"1\"");
        app.get(&self.asha, &at("/v1/clients")).await.expect(200);
        let list = app.get(&self.asha, &format!("{}/check-ins", at("/v1/clients"))).await.expect(200);
        assert_eq!(list.list("/data").len(), 1);
        assert_eq!(app.get(&self.asha, &at("/v1/flags")).await.expect(200).text("/status"), "open");
        let sessions = app.get(&self.maya, "/v1/auth/sessions").await.expect(200);
        assert_eq!(sessions.text("/data/0/id"), self.object_at("/v1/auth/sessions/{id}"));
    }
}

/// An operator, as the command line makes one, signed in.
pub async fn db_operator(app: &TestApp) -> Person {
    let (vault, now) = (app.state.vault.clone(), app.now());
    let new = store::NewUser {
        role: Role::Operator,
        email: Email::parse("ops@example.org").expect("an address"),
        password_hash: app.state.hasher.hash(PASSWORD.to_owned()).await.expect("hashes"),
        display_name: "Ops".to_owned(),
        time_zone: "UTC".to_owned(),
        locale: None,
        country: None,
    };
    let made =
        app.state.db.write(move |conn| store::insert_user(conn, &vault, &new, now)).await.expect("writes");
    let body = json!({"email": "ops@example.org", "password": PASSWORD});
    let request = actix_web::test::TestRequest::post().uri("/v1/auth/login").set_json(body);
    let tokens = app.anonymous(request).await.expect(200);
    Person {
        id: made.expect("the address is free").to_string(),
        name: "Ops".to_owned(),
        email: "ops@example.org".to_owned(),
        token: tokens.text("/access_token").to_owned(),
        refresh_token: tokens.text("/refresh_token").to_owned(),
    }
}
