//! Nothing that people write, and no secret, lies about in clear: not in the database, not beside it, not
//! in logs.
//!
//! A real server logs everything it can while a unique mark goes into every text field. Then each file it
//! left is searched for each mark, in every form in which it could have been written. What the finder can
//! see is tested in `canary/finder.rs`.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::{program::Server, start_stop::Place, support::postgres};
use finder::Finder;

mod finder;

/// Everybody and everything that was marked, by what it is.
struct Marked {
    marks: Vec<(String, String)>,
    refusals: String,
    server: Server,
}

impl Marked {
    /// A mark nobody else has, inside words with letters that other forms write differently.
    fn words(&mut self, field: &str) -> String {
        format!("é \"{}\" & <so on>/", self.core(field))
    }

    /// The mark alone, for fields that take no more than letters.
    fn core(&mut self, field: &str) -> String {
        let random = uuid::Uuid::now_v7().simple().to_string();
        let mark = format!("kanari{:03}{}", self.marks.len(), &random[8..]);
        self.marks.push((field.to_owned(), mark.clone()));
        mark
    }

    fn secret(&mut self, field: &str, value: &Value) -> String {
        let value = value.as_str().unwrap_or_else(|| panic!("no {field}")).to_owned();
        self.marks.push((field.to_owned(), value.clone()));
        value
    }

    fn send(&mut self, method: &str, path: &str, token: Option<&str>, body: Value) -> Value {
        let agent = self.core("user agent");
        let forwarded = self.core("forwarded");
        let headers =
            [("User-Agent", agent.as_str()), ("X-Forwarded-For", forwarded.as_str()), ("If-Match", "*")];
        let (status, answer) = self.server.send(method, path, token, &headers, &body);
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    /// Sends what must be refused, and keeps the refusal to be searched too.
    fn refused(&mut self, method: &str, path: &str, token: Option<&str>, body: Value) {
        let (status, answer) = self.server.send(method, path, token, &[], &body);
        assert!((400..500).contains(&status), "{method} {path}: {status} {answer}");
        self.refusals.push_str(&answer.to_string());
    }

    fn register(&mut self, who: &str, role: &str) -> String {
        let body = json!({
            "email": format!("{}@example.org", self.core(&format!("e-mail of the {who}"))),
            "password": self.words(&format!("password of the {who}")),
            "display_name": self.words(&format!("name of the {who}")),
            "role": role, "time_zone": "Europe/London", "country": "GB",
        });
        let made = self.send("POST", "/v1/auth/register", None, body.clone());
        self.secret("refresh token", &made["refresh_token"]);
        self.secret("first access token", &made["access_token"]);
        let login = json!({"email": body["email"], "password": body["password"]});
        let signed_in = self.send("POST", "/v1/auth/login", None, login);
        let renewed =
            self.send("POST", "/v1/auth/refresh", None, json!({"refresh_token": signed_in["refresh_token"]}));
        self.secret("renewed refresh token", &renewed["refresh_token"]);
        self.secret("access token", &renewed["access_token"])
    }
}

/// Fills every text field that the interface has, through every call that takes one.
fn use_everything(server: Server) -> Marked {
    let mut marked = Marked { marks: Vec::new(), refusals: String::new(), server };
    let it = &mut marked;
    let doula = it.register("doula", "doula");
    let parent = it.register("parent", "parent");
    let (doula, parent) = (Some(doula.as_str()), Some(parent.as_str()));

    let contact = json!({
        "ways": [it.core("safe way")], "hours": it.words("safe hours"), "note": it.words("safe note"),
    });
    let me = json!({"display_name": it.words("new name"), "safe_contact": contact});
    it.send("PATCH", "/v1/me", parent, me);
    let baby = json!({
        "name": it.words("baby's name"), "birth_date": "2026-01-05",
        "massage_clearance": {"given_by": it.words("clearance"), "given_on": "2026-02-02"},
    });
    let baby = it.send("POST", "/v1/babies", parent, baby);
    let renamed = json!({"name": it.words("baby's new name")});
    it.send("PATCH", &format!("/v1/babies/{}", baby["id"].as_str().unwrap()), parent, renamed);

    let invitation = it.send("POST", "/v1/invitations", doula, json!({}));
    let code = it.secret("invitation", &invitation["code"]);
    it.marks.push(("invitation without hyphens".into(), code.replace('-', "")));
    let terms = json!({"code": code, "scopes": ["check_ins", "notes"], "private_danger": true});
    it.send("POST", "/v1/care-links", parent, terms);

    let entry = json!({
        "mood": 3, "safe_now": "no", "contact_me": true, "note": it.words("note"),
        "tags": [it.core("tag"), it.core("second tag")],
    });
    it.send("POST", "/v1/check-ins", parent, entry);
    let private = json!({"mood": 5, "private": true, "note": it.words("private note")});
    let key = it.core("idempotency key");
    let headers = [("Idempotency-Key", key.as_str())];
    for _ in 0..2 {
        assert_eq!(it.server.send("POST", "/v1/check-ins", parent, &headers, &private).0, 201);
    }
    let danger_first =
        json!({"mood": 77, "safe_now": "unsure", "note": it.words("note of an incomplete entry"), "tags": 7});
    it.send("POST", "/v1/check-ins", parent, danger_first);

    let flags = it.server.get("/v1/flags", doula).1;
    let flag = format!("/v1/flags/{}/transitions", flags["data"][0]["id"].as_str().unwrap());
    let step = json!({
        "to": "acknowledged", "reason": it.words("reason of a step"), "note": it.words("note of a step"),
    });
    it.send("POST", &flag, doula, step);
    let closing = json!({
        "to": "dismissed", "reason": it.words("reason of closing"), "note": it.words("note of closing"),
    });
    it.send("POST", &flag, doula, closing);
    let resources = it.server.get("/v1/resources", None).1;
    let slug = resources["data"][0]["slug"].as_str().unwrap().to_owned();
    let feedback = json!({"tried": true, "helped": "yes", "note": it.words("feedback")});
    it.send("PUT", &format!("/v1/resources/{slug}/feedback"), parent, feedback);

    let own = json!({"reason": it.words("reason of a restart")});
    it.send("POST", "/v1/check-ins/usuals/mood/restarts", parent, own);
    let client = it.server.get("/v1/me", parent).1["id"].as_str().unwrap().to_owned();
    let together = json!({"reason": it.words("reason of a doula's restart")});
    it.send("POST", &format!("/v1/clients/{client}/usuals/mood/restarts"), doula, together);

    // What is refused must not lie about either, nor come back in the refusal.
    let unknown = format!("{}@example.org", it.core("unknown e-mail"));
    let wrong = json!({"email": unknown, "password": it.words("tried password")});
    it.refused("POST", "/v1/auth/login", None, wrong);
    let mistaken = json!({"mood": 55, "note": it.words("note of a refused entry")});
    it.refused("POST", "/v1/check-ins", parent, mistaken);
    let path = format!("/v1/flags/{}/transitions", it.core("path"));
    let step = json!({"to": "acknowledged", "note": it.words("note of a refused step")});
    it.refused("POST", &path, doula, step);
    let path = format!("/v1/care-links?note={}", it.core("query"));
    it.refused("POST", &path, parent, json!({}));
    let token = it.core("forged token");
    it.refused("POST", "/v1/check-ins", Some(&token), json!({"mood": 5}));
    let refresh = json!({"refresh_token": it.core("forged refresh token")});
    it.refused("POST", "/v1/auth/refresh", None, refresh);
    let code = json!({"code": it.core("unknown invitation"), "scopes": [], "private_danger": false});
    it.refused("POST", "/v1/care-links", parent, code);
    marked
}

/// Every file below, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

fn dump(url: &str) -> Vec<u8> {
    let program = postgres::programs().expect("the server runs").join("pg_dump");
    let output = Command::new(program).args(["--dbname", url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// DAT-1, DAT-3, DAT-4, DAT-12.
#[test]
fn no_mark_is_found_in_clear() {
    for place in Place::both("canary") {
        let temporary = place.path().join("tmp");
        fs::create_dir(&temporary).unwrap();
        let server = place.serve_with(
            &["--sandbox", "--log-filter", "trace", "--log-format", "json"],
            &[("RUST_LOG", "trace"), ("TMPDIR", temporary.to_str().unwrap())],
        );
        let Marked { marks, refusals, server } = use_everything(server);
        assert!(marks.len() >= 40, "{}", marks.len());
        let metrics = server.get("/metrics", None).1.to_string();

        let mut seen = files(place.path());
        let (ended, log) = server.stop();
        assert_eq!(ended.code(), Some(0));
        assert!(log.lines().filter(|line| line.contains("answered")).count() >= 25, "the server logs: {log}");
        seen.extend(files(place.path()));
        assert!(seen.iter().any(|(name, _)| name.ends_with("sealing.key")));
        if place.url.starts_with("sqlite") {
            for ending in [".db", ".db-wal", ".db-shm"] {
                assert!(seen.iter().any(|(name, _)| name.ends_with(ending)), "{ending}");
            }
        } else {
            let dumped = dump(&place.url);
            assert!(dumped.len() > 10_000);
            seen.push(("pg_dump".into(), dumped));
        }
        seen.push(("the log".into(), log.into_bytes()));
        seen.push(("the refusals".into(), refusals.into_bytes()));
        seen.push(("the metrics".into(), metrics.into_bytes()));

        let finder = Finder::of(&marks);
        let mut hits: Vec<String> = Vec::new();
        for (name, bytes) in &seen {
            hits.extend(finder.find(bytes).iter().map(|mark| format!("{mark} in {name}")));
        }
        assert!(hits.is_empty(), "{hits:#?}");
        let stored_in_clear = "Europe/London".to_owned();
        let control = Finder::of(&[("what is stored in clear".into(), stored_in_clear)]);
        assert!(seen.iter().any(|(_, bytes)| !control.find(bytes).is_empty()), "the search reaches the rows");
    }
}
