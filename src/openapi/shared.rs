//! What all operations of a kind have in common beside refusals: a name, and the key of requests that create.
//!
//! Handlers of different features are called alike (`list`, `one`), so names are made of method and path, which
//! are unique by nature and stay when a function is renamed.

use utoipa::openapi::{
    Object, OpenApi, Required, Type,
    path::{Operation, ParameterBuilder, ParameterIn},
};

pub(super) const KEY: &str = "Idempotency-Key";

/// Names every operation, and describes the key where it may be sent.
pub(super) fn add(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let slots = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for (method, operation) in ["get", "put", "post", "patch", "delete"].into_iter().zip(slots) {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(name(method, path));
            let creates = method == "post" && operation.responses.responses.contains_key("201");
            if creates && !path.starts_with("/v1/auth/") && super::refusal::header(operation, KEY).is_none() {
                add_key(operation);
            }
        }
    }
}

/// `GET /v1/babies/{id}` is `get_babies_by_id`.
fn name(method: &str, path: &str) -> String {
    let mut name = method.to_owned();
    for part in path.trim_start_matches("/v1").split(['/', '-', '.']).filter(|part| !part.is_empty()) {
        match part.strip_prefix('{') {
            Some(parameter) => name.extend(["_by_", parameter.trim_end_matches('}')]),
            None => name.extend(["_", part]),
        }
    }
    name
}

fn add_key(operation: &mut Operation) {
    let key = ParameterBuilder::new()
        .name(KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Makes sending it again safe: 1 to 255 visible characters, kept for 72 hours"))
        .schema(Some(Object::with_type(Type::String)))
        .build();
    operation.parameters.get_or_insert_default().push(key.into());
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_made_of_method_and_path() {
        for (method, path, name) in [
            ("get", "/v1/babies/{id}", "get_babies_by_id"),
            ("post", "/v1/check-ins", "post_check_ins"),
            ("get", "/.well-known/jwks.json", "get_well_known_jwks_json"),
            ("post", "/v1/flags/{id}/transitions", "post_flags_by_id_transitions"),
        ] {
            assert_eq!(super::name(method, path), name);
        }
    }
}
