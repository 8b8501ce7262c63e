//! Access tokens that are not ours: each is refused, and all refusals are the same to the last byte.
//!
//! Most of them are signed with the server's own key, which no stranger has: what is refused even then does
//! not rest on the signature alone. They are put together by hand, because libraries do not write them.

use actix_web::test::TestRequest;
use attune::{auth::token::Tokens, keys::Keys};
use aws_lc_rs::signature::KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, both_databases};
use genuine::{Genuine, changed, non_canonical, pair, signed_with};

mod genuine;

fn of_the_header(own: &Genuine) -> Vec<(&'static str, String)> {
    let public = own.pair.public_key().as_ref();
    let stranger = pair(&Keys::random().access_token_seed);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": B64.encode(stranger.public_key().as_ref())});
    let with_jwk = changed(&own.header, "jwk", jwk.clone());
    let claims = own.claims.to_string();
    let mut forged = vec![
        ("alg none", own.under("none", "")),
        ("alg None", own.under("None", "")),
        ("alg nOnE", own.under("nOnE", "")),
        ("alg none, with a signature", own.under("none", own.parts()[2])),
        ("alg empty", own.under("", own.parts()[2])),
        ("alg RS256", own.under("RS256", own.parts()[2])),
        ("alg PS256", own.under("PS256", own.parts()[2])),
        ("alg ES256", own.under("ES256", own.parts()[2])),
        ("alg HS512", own.under("HS512", own.parts()[2])),
        ("alg missing", own.with_header("alg", Value::Null)),
        ("alg a list", own.with_header("alg", json!(["EdDSA"]))),
        ("HS256 with the public key", own.hashed_with(public)),
        ("HS256 with the public key as text", own.hashed_with(B64.encode(public).as_bytes())),
        ("HS256 with nothing", own.hashed_with(b"")),
        ("another key", signed_with(&stranger, &own.header.to_string(), &claims)),
        ("another key that is in the header", signed_with(&stranger, &with_jwk, &claims)),
        ("own key, jwk in the header", own.with_header("jwk", jwk)),
        ("jku", own.with_header("jku", json!("https://attacker.example/jwks.json"))),
        ("x5u", own.with_header("x5u", json!("https://attacker.example/cert.pem"))),
        ("x5c", own.with_header("x5c", json!(["MIIB"]))),
        ("crit", own.with_header("crit", json!(["exp"]))),
        ("typ JWT", own.with_header("typ", json!("JWT"))),
        ("typ missing", own.with_header("typ", Value::Null)),
        ("header no object", own.signed("[]", &claims)),
        ("header no JSON", own.signed("alg", &claims)),
        (
            "header names alg twice",
            own.signed(&own.header.to_string().replacen('{', r#"{"alg":"none","#, 1), &claims),
        ),
    ];
    let b64 = changed(&own.header, "crit", json!(["b64"])).replacen('{', r#"{"b64":false,"#, 1);
    forged.push(("b64 false", own.signed(&b64, &claims)));
    for kid in ["", "unknown", "../../../../dev/null", "' OR '1'='1", "https://attacker.example/key"] {
        forged.push(("kid", own.with_header("kid", json!(kid))));
    }
    forged.push(("kid missing", own.with_header("kid", Value::Null)));
    forged.push(("kid a list", own.with_header("kid", json!([own.header["kid"]]))));
    forged
}

fn of_the_claims(own: &Genuine, now: i64) -> Vec<(&'static str, String)> {
    let claims = own.claims.to_string();
    let twice = |name: &str, value: Value| {
        own.with_claims_text(&claims.replacen('{', &format!(r#"{{"{name}":{value},"#), 1))
    };
    let raw = |name: &str, number: &str| {
        let marked = changed(&own.claims, name, json!("@"));
        own.with_claims_text(&marked.replace("\"@\"", number))
    };
    let nobody = json!("019ab0e2-93a4-7c3e-8f00-00000000dead");
    vec![
        ("aud missing", own.without_claim("aud")),
        ("aud of others", own.with_claim("aud", json!("postgres"))),
        ("aud in another case", own.with_claim("aud", json!("Attune"))),
        ("aud a list", own.with_claim("aud", json!(["attune"]))),
        ("aud a list with more", own.with_claim("aud", json!(["attune", "other"]))),
        ("aud empty", own.with_claim("aud", json!(""))),
        ("iss missing", own.without_claim("iss")),
        ("iss of others", own.with_claim("iss", json!("https://attacker.example"))),
        (
            "iss with a slash more",
            own.with_claim("iss", json!(format!("{}/", own.claims["iss"].as_str().unwrap()))),
        ),
        ("iss a list", own.with_claim("iss", json!([own.claims["iss"]]))),
        ("exp missing", own.without_claim("exp")),
        ("exp past", own.with_claim("exp", json!(now - 6))),
        ("exp text", own.with_claim("exp", json!((now + 600).to_string()))),
        ("exp with a fraction", own.with_claim("exp", json!(now as f64 + 600.5))),
        ("exp negative", own.with_claim("exp", json!(-1))),
        ("exp the largest number", own.with_claim("exp", json!(i64::MAX))),
        ("exp beyond all numbers", raw("exp", "1e400")),
        ("exp beyond 64 bits", raw("exp", "99999999999999999999")),
        ("exp next year", own.with_claim("exp", json!(now + 365 * 86_400))),
        ("nbf missing", own.without_claim("nbf")),
        ("nbf text", own.with_claim("nbf", json!(now.to_string()))),
        ("nbf with a fraction", own.with_claim("nbf", json!(now as f64 + 0.5))),
        ("nbf ahead", own.with_claim("nbf", json!(now + 60))),
        ("nbf far ahead", own.with_claim("nbf", json!(i64::MAX))),
        ("iat ahead", own.with_claim("iat", json!(now + 60))),
        ("iat missing", own.without_claim("iat")),
        ("sub missing", own.without_claim("sub")),
        ("sub empty", own.with_claim("sub", json!(""))),
        ("sub of nobody", own.with_claim("sub", nobody.clone())),
        ("sub no id", own.with_claim("sub", json!("maya"))),
        ("sid of nobody", own.with_claim("sid", nobody)),
        ("sid missing", own.without_claim("sid")),
        ("auth_time missing", own.without_claim("auth_time")),
        ("an unknown claim", own.with_claim("admin", json!(true))),
        ("exp twice", twice("exp", json!(now + 600))),
        ("sub twice", twice("sub", own.claims["sub"].clone())),
        ("15 KiB of claims", own.with_claim("pad", json!("x".repeat(11 * 1024)))),
        ("claims no object", own.with_claims_text("[]")),
        ("claims no JSON", own.with_claims_text("sub")),
        ("claims not UTF-8", {
            let text = format!("{}.{}", own.parts()[0], B64.encode([b'{', 0xff, b'}']));
            format!("{text}.{}", B64.encode(own.pair.sign(text.as_bytes()).as_ref()))
        }),
    ]
}

fn of_the_form(own: &Genuine, refresh_token: &str) -> Vec<(&'static str, String)> {
    let [header, claims, signature] = own.parts();
    let whole = &own.whole;
    vec![
        ("empty", String::new()),
        ("one dot", ".".into()),
        ("two dots", "..".into()),
        ("a refresh token", refresh_token.into()),
        ("cut short by one", whole[..whole.len() - 1].into()),
        ("without its signature", format!("{header}.{claims}.")),
        ("without the last dot", format!("{header}.{claims}")),
        ("a dot more at the end", format!("{whole}.")),
        ("a dot more at the start", format!(".{whole}")),
        ("a dot more inside", format!("{header}..{claims}.{signature}")),
        (
            "five parts, as an encrypted one has",
            format!("{header}.{claims}.{signature}.{claims}.{signature}"),
        ),
        ("padded", format!("{whole}==")),
        ("padded claims", format!("{header}.{claims}=.{signature}")),
        ("a blank before", format!(" {whole}")),
        ("a blank inside", format!("{header}. {claims}.{signature}")),
        ("a tab after", format!("{whole}\t")),
        ("quoted", format!("\"{whole}\"")),
        ("bits that belong to no byte", non_canonical(whole)),
        ("the other base64 letters", format!("{header}.{claims}.{}+/", &signature[..signature.len() - 2])),
        (
            "signature of other claims",
            format!("{header}.{}.{signature}", B64.encode(changed(&own.claims, "role", json!("doula")))),
        ),
        ("15 KiB of letters", "A".repeat(15 * 1024)),
        ("twice with a comma", format!("{whole}, Bearer {whole}")),
    ]
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    app.send(TestRequest::get().uri("/v1/me").insert_header(("Authorization", format!("Bearer {token}"))))
        .await
}

both_databases! {
    /// SES-2, SES-3.
    async fn every_forged_token_gets_the_same_refusal_as_an_expired_one(app: TestApp) {
        let maya = app.parent("Maya").await;
        let own = Genuine::of(&app, &maya);
        let mut forged = of_the_header(&own);
        forged.extend(of_the_claims(&own, app.now().as_second()));
        forged.extend(of_the_form(&own, &maya.refresh_token));
        assert!(forged.len() >= 60, "{}", forged.len());

        // What is changed is why they are refused: unchanged, the same way of building gives a good token.
        let rebuilt = own.signed(&own.header.to_string(), &own.claims.to_string());
        ask(&app, &rebuilt).await.expect(200);

        let other = app.state.tokens.seconds() + 6;
        app.state.clock.advance(jiff::SignedDuration::from_secs(other));
        let expired = ask(&app, &maya.token).await.expect(401);
        assert_eq!(expired.text("/code"), "unauthenticated");
        assert_eq!(expired.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        app.state.clock.advance(jiff::SignedDuration::from_secs(-other));

        for (name, token) in &forged {
            let answer = ask(&app, token).await;
            assert_eq!(answer.status, 401, "{name}");
            assert_eq!(answer.comparable(), expired.comparable(), "{name}");
        }
        let bearer = format!("Bearer {}", maya.token);
        let twice = TestRequest::get()
            .uri("/v1/me")
            .append_header(("Authorization", bearer.clone()))
            .append_header(("Authorization", bearer));
        assert_eq!(app.send(twice).await.comparable(), expired.comparable(), "two headers");
        ask(&app, &maya.token).await.expect(200);
    }

    /// SES-3, SES-4.
    async fn a_token_of_another_server_or_another_person_opens_nothing(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let own = Genuine::of(&app, &maya);
        let refusal = ask(&app, "junk").await.expect(401).comparable();

        let elsewhere = Keys::random();
        let tokens = Tokens::new(&elsewhere.access_token_seed, attune::auth::token::ISSUER, 600).unwrap();
        let kid = tokens.jwks()["keys"][0]["kid"].clone();
        let foreign = signed_with(
            &pair(&elsewhere.access_token_seed),
            &changed(&own.header, "kid", kid),
            &own.claims.to_string(),
        );
        assert_eq!(ask(&app, &foreign).await.comparable(), refusal);

        let swapped = own.with_claim("sub", json!(noor.id));
        assert_eq!(ask(&app, &swapped).await.comparable(), refusal, "her session, another person");
    }

    /// SES-5: the role in the token decides nothing; the account does.
    async fn a_role_in_the_token_gives_no_rights(app: TestApp) {
        let maya = app.parent("Maya").await;
        let raised = Genuine::of(&app, &maya).with_claim("role", json!("doula"));
        let bearer = format!("Bearer {raised}");
        let request = TestRequest::get().uri("/v1/clients").insert_header(("Authorization", bearer));
        assert_eq!(app.send(request).await.expect(403).text("/code"), "wrong_role");
    }
}
