//! Texts that two databases, two alphabets or two ways of writing could see differently.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{TestApp, both_databases, people::PASSWORD};

/// What a name is kept as, or why it is refused.
const NAMES: [(&str, Result<&str, &str>); 22] = [
    ("Zoë", Ok("Zoë")),
    ("Zoe\u{308}", Ok("Zoë")),
    ("\u{212b}sa", Ok("Åsa")),
    ("\u{1100}\u{1161}", Ok("가")),
    ("ﬁ", Ok("ﬁ")),
    ("  Maya  ", Ok("Maya")),
    ("\u{a0}Maya\u{3000}", Ok("Maya")),
    ("maya", Ok("maya")),
    ("MAYA", Ok("MAYA")),
    ("İpek", Ok("İpek")),
    ("ß", Ok("ß")),
    ("👩‍👧", Ok("👩‍👧")),
    ("שלום", Ok("שלום")),
    ("O'Neil; --", Ok("O'Neil; --")),
    ("%_\\", Ok("%_\\")),
    ("a\u{0}b", Err("bad_character")),
    ("a\nb", Err("bad_character")),
    ("a\u{7f}", Err("bad_character")),
    ("\u{202e}ayaM", Err("bad_character")),
    ("a\u{2066}b", Err("bad_character")),
    ("a\u{85}b", Err("bad_character")),
    (" \t ", Err("too_short")),
];

/// Addresses, and whether both are one account.
const ADDRESSES: [(&str, &str, bool); 10] = [
    ("one@example.org", "ONE@example.org", true),
    ("two@example.org", "two@EXAMPLE.ORG", true),
    ("three@example.org", " three@example.org", true),
    ("four@example.org", "four@example.com", false),
    ("five@example.org", "fi.ve@example.org", false),
    ("six@example.org", "six+x@example.org", false),
    ("se_en@example.org", "seven@example.org", false),
    ("ei%ht@example.org", "eight@example.org", false),
    ("straße@example.org", "strasse@example.org", false),
    ("zoe\u{308}@example.org", "zoë@example.org", true),
];

async fn registered(app: &TestApp, email: &str) -> u16 {
    let body = json!({"email": email, "password": PASSWORD, "display_name": "X", "role": "parent",
        "time_zone": "Europe/London"});
    app.anonymous(TestRequest::post().uri("/v1/auth/register").set_json(body)).await.status
}

both_databases! {
    /// FND-13.
    async fn a_name_is_kept_in_one_form_or_refused(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (sent, wanted) in NAMES {
            let answer = app.patch(&maya, "/v1/me", json!({"display_name": sent})).await;
            match wanted {
                Ok(kept) => {
                    let again = app.get(&maya, "/v1/me").await.expect(200);
                    let now = answer.expect(200);
                    assert_eq!((now.text("/display_name"), again.text("/display_name")), (kept, kept), "{sent:?}");
                }
                Err(code) => {
                    let refused = answer.expect(422);
                    assert_eq!(refused.text("/errors/0/code"), code, "{sent:?}");
                }
            }
        }
    }

    /// FND-13: by one form in code, never by a collation.
    async fn two_addresses_are_one_account_on_both_databases_or_on_none(app: TestApp) {
        for (first, second, same) in ADDRESSES {
            assert_eq!(registered(&app, first).await, 201, "{first}");
            assert_eq!(registered(&app, second).await, if same { 409 } else { 201 }, "{first} and {second}");
        }
    }
}
