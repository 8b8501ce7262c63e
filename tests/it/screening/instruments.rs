//! `/v1/instruments`: what anybody sees of a questionnaire, and what nobody may.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::both_databases;

both_databases! {
    async fn anybody_reads_the_questionnaires_without_a_sign_in(app: TestApp) {
        let list = app.send(TestRequest::get().uri("/v1/instruments")).await;
        assert_eq!(list.status, 200);
        let data = list.body["data"].as_array().unwrap();
        assert_eq!(data.len(), 13);
        for of in data {
            let id = of["id"].as_str().unwrap();
            let one = app.send(TestRequest::get().uri(&format!("/v1/instruments/{id}"))).await;
            assert_eq!((one.status, &one.body), (200, of), "{id}");
        }
        let absent = app.send(TestRequest::get().uri("/v1/instruments/bdi")).await;
        assert_eq!((absent.status, absent.text("/code")), (404, "not_found"));
        let odd = app.send(TestRequest::get().uri("/v1/instruments?all=1")).await;
        assert_eq!((odd.status, odd.text("/code")), (400, "bad_parameter"));
    }

    async fn the_words_of_the_two_own_ones_have_forms_for_after_a_loss(app: TestApp) {
        let weekly = app.send(TestRequest::get().uri("/v1/instruments/weekly-reflection")).await.body;
        assert_eq!(weekly["items"][3]["hide_in_contexts"], json!(["loss"]));
        assert_eq!(weekly["items"][9]["text_variants"]["loss"], "I was afraid I might hurt someone.");
        assert_eq!((&weekly["validated"], &weekly["answered_by"]), (&json!(false), &json!("/v1/screenings")));
        let daily = app.send(TestRequest::get().uri("/v1/instruments/daily-checkin")).await.body;
        assert_eq!(daily["answered_by"], "/v1/check-ins");
        assert_eq!(daily["items"][6]["wire"], json!(["yes", "unsure", "no"]));
    }

    /// H10 and H01: numbers alone where words may not be shown; the short forms say what they do not ask.
    async fn h10_a_scale_without_leave_is_shown_as_numbers(app: TestApp) {
        let epds = app.send(TestRequest::get().uri("/v1/instruments/epds")).await.body;
        assert_eq!(epds["licence"]["wording_may_ship"], false);
        assert_eq!((epds["items"].as_array().unwrap().len(), &epds["items"][9]["text"]), (10, &json!(null)));
        assert_eq!((&epds["keyed"], &epds["min_repeat_days"]), (&json!(true), &json!(7)));
        for (id, asks) in [("epds", true), ("phq-9", true), ("phq-2", false), ("gad-7", false)] {
            let of = app.send(TestRequest::get().uri(&format!("/v1/instruments/{id}"))).await.body;
            assert_eq!(of["asks_about_safety"], asks, "{id}");
        }
    }
}
