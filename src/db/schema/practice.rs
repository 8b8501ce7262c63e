//! Tables of what a practice sets.

diesel::table! {
    rule_changes (practice_id, revision) {
        practice_id -> Text,
        revision -> BigInt,
        topic -> Text,
        changes -> Text,
        changed_by -> Text,
        reason_sealed -> Binary,
        changed_at -> BigInt,
        until -> Nullable<BigInt>,
    }
}

diesel::table! {
    rule_settings (practice_id, topic, name) {
        practice_id -> Text,
        topic -> Text,
        name -> Text,
        value -> Integer,
        until -> Nullable<BigInt>,
        revision -> BigInt,
    }
}
