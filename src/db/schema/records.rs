//! Tables of bookkeeping: what the server notes for itself and for later.

diesel::table! {
    facts (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    changes (parent_id, seq) {
        parent_id -> Text,
        seq -> BigInt,
        kind -> Text,
        object_id -> Text,
        op -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    audit (id) {
        id -> Text,
        at -> BigInt,
        actor_id -> Text,
        actor_role -> Text,
        action -> Text,
        parent_id -> Nullable<Text>,
        link_id -> Nullable<Text>,
        object_id -> Nullable<Text>,
    }
}

diesel::table! {
    screenings (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        revision -> BigInt,
        instrument -> Text,
        version -> Text,
        answers -> Text,
        total -> Nullable<Integer>,
        possible -> Integer,
        subscales -> Text,
        band -> Nullable<Text>,
        self_harm -> Nullable<SmallInt>,
        harm -> Nullable<SmallInt>,
        watched -> Nullable<SmallInt>,
        danger_answer -> Bool,
        keying_doubt -> Bool,
        keying_confirmed -> Bool,
        private -> Bool,
        incomplete -> Bool,
        rules_pending -> Bool,
        entered_by -> Nullable<Text>,
        occurred_at -> BigInt,
        time_zone -> Text,
        local_date -> Text,
        recorded_at -> BigInt,
        updated_at -> BigInt,
        said_at -> BigInt,
    }
}

diesel::table! {
    outbox (parent_id, event_id, recipient_id) {
        parent_id -> Text,
        event_id -> Text,
        recipient_id -> Text,
        kind -> Text,
        body_sealed -> Binary,
        created_at -> BigInt,
        due_at -> BigInt,
        leased_until -> Nullable<BigInt>,
        attempts -> Integer,
        delivered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    timers (parent_id, kind, subject_id) {
        parent_id -> Text,
        kind -> Text,
        subject_id -> Text,
        due_at -> BigInt,
        leased_until -> Nullable<BigInt>,
        attempts -> Integer,
    }
}

diesel::table! {
    idempotency_keys (user_id, operation, key) {
        user_id -> Text,
        operation -> Text,
        key -> Text,
        body_hash -> Text,
        status -> Integer,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body_sealed -> Nullable<Binary>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    line_confirmations (line_id) {
        line_id -> Text,
        confirmed_by -> Text,
        confirmed_on -> Text,
    }
}

diesel::table! {
    resource_feedback (parent_id, slug) {
        parent_id -> Text,
        slug -> Text,
        tried -> Bool,
        helped -> Nullable<Text>,
        note_sealed -> Nullable<Binary>,
        updated_at -> BigInt,
    }
}
