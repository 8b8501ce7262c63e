//! Bodies that are not what was asked for, sent to every call that reads one.

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use super::is_problem;
use crate::support::{Answer, Person, TestApp, both_databases};

/// The calls that read a body, of every sort of caller.
const CALLS: [(&str, &str); 5] = [
    ("POST", "/v1/check-ins"),
    ("POST", "/v1/babies"),
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/auth/register"),
    ("PATCH", "/v1/me"),
];

/// Not JSON that anybody should accept: 400 `bad_json` everywhere.
pub const BROKEN: &[&[u8]] = &[
    b"",
    b" ",
    b"\n",
    b"{",
    b"}",
    b"[",
    b"{}}",
    b"{} {}",
    b"{}x",
    b"nul",
    b"undefined",
    b"{\"a\"}",
    b"{\"a\":}",
    b"{a:1}",
    b"{'a':1}",
    b"{\"a\":1,}",
    b"[1,]",
    b"{,}",
    b"{\"a\":01}",
    b"{\"a\":+1}",
    b"{\"a\":.5}",
    b"{\"a\":1.}",
    b"{\"a\":1e}",
    b"{\"a\":0x10}",
    b"{\"a\":1_000}",
    b"{\"a\":NaN}",
    b"{\"a\":Infinity}",
    b"{\"a\":-Infinity}",
    b"{\"mood\":1e400}",
    b"{\"mood\":-1e400}",
    b"{\"a\":\"\\ud800\"}",
    b"{\"a\":\"\\udc00\"}",
    b"{\"a\":\"\\ud800\\u0041\"}",
    b"{\"\\ud800\":1}",
    b"{\"a\":\"\\x41\"}",
    b"{\"a\":\"\\u12\"}",
    b"{\"a\":\"\n\"}",
    b"{\"a\":\"\x00\"}",
    b"{\"a\":\"\x1f\"}",
    b"\x00",
    b"{}\x00",
    b"{\"a\":\"\xff\"}",
    b"{\"a\":\"\xc0\x80\"}",
    b"{\"a\":\"\xed\xa0\x80\"}",
    b"{\"a\":\"\xf4\x90\x80\x80\"}",
    b"{\"a\":\"\xe2\x82\"}",
    b"{\"\xff\":1}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"{\x00}\x00",
    b"{\"a\":1,\"a\":1}",
    b"{\"a\":1,\"a\":2}",
    b"{\"a\":1,\"\\u0061\":1}",
    b"{\"x\":{\"b\":1,\"b\":1}}",
    b"{\"x\":[{\"b\":1,\"b\":1}]}",
    b"{/**/}",
    b"{}//",
    b"mood=5",
    b"<a/>",
    b"--x\r\n",
    b"{\"a\":\"",
    b"{\"a\":tru}",
    b"{\"a\":True}",
    b"\"",
    b"-",
];

/// JSON that is no object: 422 at the whole body.
pub const NO_OBJECT: &[&str] = &[
    "[]",
    "null",
    "true",
    "0",
    "-1.5",
    "\"text\"",
    "[{}]",
    "[[]]",
    "[{\"mood\":5}]",
    "1e300",
    "\"\\u0000\"",
    " \n[]\t",
];

fn request(app: &Callers, method: &str, path: &str) -> TestRequest {
    TestRequest::default()
        .method(Method::from_bytes(method.as_bytes()).expect("a method"))
        .uri(path)
        .insert_header(("Authorization", format!("Bearer {}", app.parent.token)))
        .insert_header(("If-Match", app.tag.as_str()))
        .insert_header(("Content-Type", "application/json"))
}

struct Callers {
    parent: Person,
    tag: String,
}

async fn callers(app: &TestApp) -> Callers {
    let parent = app.parent("Maya").await;
    let tag = app.get(&parent, "/v1/me").await.expect(200).header("etag").to_owned();
    Callers { parent, tag }
}

/// Nothing was stored by any of it.
async fn nothing_came_of_it(app: &TestApp, callers: &Callers) {
    for path in ["/v1/check-ins", "/v1/babies"] {
        assert_eq!(app.get(&callers.parent, path).await.expect(200).at("/data"), &json!([]), "{path}");
    }
    assert_eq!(app.get(&callers.parent, "/v1/me").await.expect(200).header("etag"), callers.tag);
}

fn is(answer: &Answer, status: u16, code: &str, sent: &[u8]) {
    let sent = String::from_utf8_lossy(&sent[..sent.len().min(60)]);
    assert_eq!((answer.status, answer.text("/code")), (status, code), "{sent} {}", answer.body);
    is_problem(answer);
}

both_databases! {
    /// FND-12.
    async fn broken_json_is_400_everywhere(app: TestApp) {
        let callers = callers(&app).await;
        let deep = |open: &str, close: &str, levels: usize| {
            format!("{}1{}", open.repeat(levels), close.repeat(levels)).into_bytes()
        };
        let mut bodies: Vec<Vec<u8>> = BROKEN.iter().map(|body| body.to_vec()).collect();
        for levels in [65, 200, 10_000] {
            bodies.push(deep("[", "]", levels));
            bodies.push(deep("{\"a\":", "}", levels));
        }
        bodies.push("[".repeat(60_000).into_bytes());
        bodies.push(
            format!("{{\"mood\":5,\"note\":{}}}", String::from_utf8(deep("[", "]", 64)).expect("letters"))
                .into_bytes(),
        );
        assert!(bodies.len() >= 60, "{}", bodies.len());
        for (method, path) in CALLS {
            for body in &bodies {
                let answer = app.send(request(&callers, method, path).set_payload(body.clone())).await;
                is(&answer, 400, "bad_json", body);
                assert_eq!(answer.body.get("help").is_some(), path == "/v1/check-ins");
            }
        }
        nothing_came_of_it(&app, &callers).await;
    }

    /// FND-12.
    async fn a_body_that_is_no_object_is_422_everywhere(app: TestApp) {
        let callers = callers(&app).await;
        let deepest = format!("{}1{}", "[".repeat(64), "]".repeat(64));
        for (method, path) in CALLS {
            for body in NO_OBJECT.iter().copied().chain([deepest.as_str()]) {
                let answer = app.send(request(&callers, method, path).set_payload(body.to_owned())).await;
                is(&answer, 422, "invalid", body.as_bytes());
                assert_eq!(answer.wrong_fields(), [""], "{path} {body}");
            }
        }
        nothing_came_of_it(&app, &callers).await;
    }

    /// FND-12.
    async fn unknown_fields_are_422_everywhere_whatever_they_hold(app: TestApp) {
        let callers = callers(&app).await;
        let deep = format!("{}1{}", "[".repeat(63), "]".repeat(63));
        for (method, path) in CALLS {
            for (name, pointer) in [
                ("unknown", "/unknown"),
                ("", "/"),
                ("a/b", "/a~1b"),
                ("~", "/~0"),
                ("__proto__", "/__proto__"),
                ("constructor", "/constructor"),
                ("ключ", "/ключ"),
                ("$where", "/$where"),
                ("a b", "/a b"),
                ("\u{0}", "/\u{0}"),
                ("' OR 1=1 --", "/' OR 1=1 --"),
            ] {
                let mut body = json!({});
                body[name] = json!("x");
                let answer = app.send(request(&callers, method, path).set_payload(body.to_string())).await;
                is(&answer, 422, "invalid", name.as_bytes());
                assert!(
                    answer.wrong_fields().contains(&pointer.to_owned()),
                    "{path} {name:?} {}",
                    answer.body
                );
            }
            for value in [
                "null",
                "18446744073709551616",
                "1e308",
                "-9223372036854775809",
                deep.as_str(),
                "\"\\u0000\"",
                "{\"a\":{}}",
            ] {
                let answer = app
                    .send(request(&callers, method, path).set_payload(format!("{{\"unknown\":{value}}}")))
                    .await;
                is(&answer, 422, "invalid", value.as_bytes());
                assert!(answer.wrong_fields().contains(&"/unknown".to_owned()), "{path} {value}");
                let text = String::from_utf8_lossy(&answer.bytes).into_owned();
                assert!(value == "null" || !text.contains(value), "what was sent comes back in {text}");
            }
        }
        nothing_came_of_it(&app, &callers).await;
    }

    async fn only_json_in_utf8_is_read(app: TestApp) {
        let callers = callers(&app).await;
        for (method, path) in CALLS {
            for kind in [
                "text/plain",
                "text/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonx",
                "application/xml",
                "application/vnd.api+json",
                "application/problem+json",
                "application/json; charset=iso-8859-1",
                "application/json;charset=\"utf-16\"",
                "*/*",
                "json",
                "",
                "application/octet-stream",
            ] {
                let sent =
                    request(&callers, method, path).insert_header(("Content-Type", kind)).set_payload("{}");
                is(&app.send(sent).await, 415, "unsupported_media_type", kind.as_bytes());
            }
            for coding in ["gzip", "br", "deflate", "zstd", "gzip, identity", "x"] {
                let sent = request(&callers, method, path)
                    .insert_header(("Content-Encoding", coding))
                    .set_payload("{}");
                is(&app.send(sent).await, 415, "unsupported_media_type", coding.as_bytes());
            }
        }
        let without = TestRequest::post().uri("/v1/auth/login").set_payload("{}");
        is(&app.send(without).await, 415, "unsupported_media_type", b"no type");
        nothing_came_of_it(&app, &callers).await;
        for kind in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/merge-patch+json",
        ] {
            let sent = request(&callers, "POST", "/v1/check-ins")
                .insert_header(("Content-Type", kind))
                .set_payload(r#"{"mood":5}"#);
            app.send(sent).await.expect(201);
        }
        let identity =
            request(&callers, "POST", "/v1/check-ins").insert_header(("Content-Encoding", "identity"));
        app.send(identity.set_payload(r#"{"mood":5}"#)).await.expect(201);
    }

    async fn a_missing_sign_in_is_said_before_the_body_is_read(app: TestApp) {
        for (method, path) in CALLS.iter().filter(|(_, path)| !path.starts_with("/v1/auth")) {
            for body in ["", "{", "[]", "{\"x\":1}"] {
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                let answer =
                    app.send(TestRequest::default().method(method).uri(path).set_payload(body)).await;
                is(&answer, 401, "unauthenticated", body.as_bytes());
                assert_eq!(answer.header("www-authenticate"), "Bearer");
                assert_eq!(answer.body.get("errors"), None::<&Value>);
            }
        }
    }
}
