//! Panics: caught at the edge, answered as any other mistake of ours, and over with that request.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{
    App as Actix, HttpRequest, HttpResponse,
    dev::Service,
    http::Method,
    middleware::from_fn,
    test::{self, TestRequest},
    web,
};
use attune::http::edge;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;

use crate::{
    support::{Backend, TestApp, both_databases},
    writer,
};

static HANDLED: AtomicUsize = AtomicUsize::new(0);

/// In the place of every handler: half of them fall over in the middle of a write, the others by themselves.
async fn falls(req: HttpRequest, app: web::Data<attune::app::App>) -> HttpResponse {
    let number = HANDLED.fetch_add(1, Ordering::SeqCst);
    if number.is_multiple_of(2) {
        let fallen = app.db.write(|conn| -> attune::error::Result<()> {
            writer::put(conn, "half done")?;
            panic!("as planned, in a write")
        });
        assert!(fallen.await.is_err());
    }
    panic!("as planned, at {}", req.path())
}

fn operations() -> Vec<(Method, String)> {
    let document = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json")).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    let paths: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_value(document["paths"].clone()).unwrap();
    paths
        .into_iter()
        .flat_map(|(path, methods)| {
            let method = |word: String| Method::from_bytes(word.to_uppercase().as_bytes()).unwrap();
            methods.into_keys().map(move |word| (method(word), path.clone())).collect::<Vec<_>>()
        })
        .collect()
}

both_databases! {
    /// REL-15: at the place of each operation of the document.
    async fn a_panic_at_any_operation_is_a_500_and_leaves_nothing(app: TestApp) {
        let mut falling = Actix::new().app_data(app.state.clone());
        for (method, path) in operations() {
            falling = falling.route(&path, web::method(method).to(falls));
        }
        let service = test::init_service(falling.wrap(from_fn(edge::around))).await;
        let all = operations();
        assert!(all.len() > 30, "{all:?}");
        for (method, path) in &all {
            let request = TestRequest::default().method(method.clone()).uri(&path.replace(['{', '}'], ""));
            let refusal = service.call(request.to_request()).await.expect_err("it falls");
            let reply = refusal.error_response();
            assert_eq!(reply.status(), 500, "{method} {path}");
            assert_eq!(reply.headers().get("content-type").unwrap(), "application/problem+json");
            assert!(reply.headers().contains_key("x-request-id"));
            let body = actix_web::body::to_bytes(reply.into_body()).await.unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["code"], "internal", "{body}");
            assert!(!body.to_string().contains("as planned"), "{body}");
        }
        assert_eq!(writer::rows(&app.state.db).await, [""; 0]);
        app.state.db.write(|conn| writer::put(conn, "alive")).await.expect("writes");
        let twin = app.twin().await;
        assert_eq!(writer::rows(&twin.state.db).await, ["alive"]);
    }

    /// REL-15: reads too, and more of them than there are places in the pool.
    async fn panics_in_reads_use_up_no_connection(app: TestApp) {
        for _ in 0..20 {
            let fallen = app.state.db.read(|_| -> attune::error::Result<()> { panic!("as planned, in a read") });
            assert_eq!(fallen.await.expect_err("falls").code().describe().0, 500);
        }
        assert_eq!(writer::rows(&app.state.db).await, [""; 0]);
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// REL-15, FND-24: the alarm on check-ins sees it, and its id leads to the cause.
#[actix_web::test]
async fn a_panic_is_counted_at_its_route_and_written_down_with_its_id() {
    let app = TestApp::on(Backend::Sqlite).await.expect("always there");
    let recorder = PrometheusBuilder::new().build_recorder();
    let counted = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _writing = tracing::subscriber::set_default(lines);
    let falling = Actix::new()
        .app_data(app.state.clone())
        .route("/v1/check-ins", web::post().to(falls))
        .route("/v1/check-ins/{id}", web::patch().to(falls));
    let service = test::init_service(falling.wrap(from_fn(edge::around))).await;
    for request in [TestRequest::post().uri("/v1/check-ins"), TestRequest::patch().uri("/v1/check-ins/17")] {
        let request = request.insert_header(("X-Request-Id", "the-id-of-this-one"));
        let refusal = service.call(request.to_request()).await.expect_err("it falls");
        assert_eq!(refusal.error_response().status(), 500);
    }
    let counted = counted.render();
    for labels in ["route=\"/v1/check-ins\",method=\"POST\",class=\"5xx\"", "route=\"none\",method=\"PATCH\""]
    {
        assert!(counted.contains(labels), "{labels}: {counted}");
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for words in ["answered", "request failed"] {
        let with_id = |line: &&str| line.contains(words) && line.contains("the-id-of-this-one");
        assert_eq!(log.lines().filter(with_id).count(), 2, "{words}: {log}");
    }
}

/// REL-15: a program that ends at the first panic could keep none of this.
#[test]
fn no_profile_turns_a_panic_into_the_end_of_the_process() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let profiles = manifest["profile"].as_table().unwrap();
    assert!(profiles.contains_key("release") && profiles.contains_key("dist"));
    for (name, profile) in profiles {
        let panic = profile.get("panic").and_then(toml::Value::as_str).unwrap_or("unwind");
        assert_eq!(panic, "unwind", "profile {name}");
    }
    for file in [".cargo/config.toml", ".cargo/config"] {
        let settings =
            std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default();
        assert!(!settings.contains("panic"), "{file}");
    }
}
