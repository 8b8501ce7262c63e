//! The tables as diesel sees them; one description for both databases.
//!
//! The migrations are the truth: a test compares their columns on SQLite and PostgreSQL.

#![allow(missing_docs, reason = "the columns are explained where they are made, in the migrations")]

diesel::table! {
    facts (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        role -> Text,
        email_index -> Text,
        email_sealed -> Binary,
        password_hash -> Text,
        display_name_sealed -> Binary,
        time_zone -> Text,
        locale -> Nullable<Text>,
        country -> Nullable<Text>,
        quiet_from -> Nullable<Text>,
        quiet_to -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    person_keys (person_id) {
        person_id -> Text,
        key_version -> Integer,
        wrapped -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Text,
        device -> Text,
        seed -> Binary,
        generation -> BigInt,
        rotated_at -> BigInt,
        auth_time -> BigInt,
        created_at -> BigInt,
        last_used_at -> BigInt,
        idle_expires_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    guess_budgets (subject) {
        subject -> Text,
        opened_at -> BigInt,
        used -> Integer,
    }
}

diesel::table! {
    practices (id) {
        id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    practice_members (practice_id, user_id) {
        practice_id -> Text,
        user_id -> Text,
        is_admin -> Bool,
        joined_at -> BigInt,
        left_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    parents (parent_id) {
        parent_id -> Text,
        contexts -> Text,
        cadence_days -> Nullable<Integer>,
        paused_until -> Nullable<Text>,
        safe_contact_sealed -> Nullable<Binary>,
        change_seq -> BigInt,
    }
}

diesel::table! {
    babies (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        name_sealed -> Nullable<Binary>,
        birth_date -> Nullable<Text>,
        due_date -> Nullable<Text>,
        contexts -> Text,
        conditions -> Text,
        clearance_given_by_sealed -> Nullable<Binary>,
        clearance_given_on -> Nullable<Text>,
        hidden -> Bool,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        code_hash -> Text,
        doula_id -> Text,
        practice_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        used_by -> Nullable<Text>,
    }
}

diesel::table! {
    care_links (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        doula_id -> Text,
        practice_id -> Text,
        scope_check_ins -> Bool,
        scope_notes -> Bool,
        scope_screenings -> Bool,
        private_danger -> Bool,
        history_from -> BigInt,
        started_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}

diesel::table! {
    consent_events (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        link_id -> Text,
        doula_id -> Text,
        actor_id -> Text,
        kind -> Text,
        terms -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    check_ins (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        revision -> BigInt,
        mood -> Nullable<SmallInt>,
        connection -> Nullable<SmallInt>,
        anxiety -> Nullable<SmallInt>,
        sleep_half_hours -> Nullable<SmallInt>,
        support -> Nullable<SmallInt>,
        sped_up -> Nullable<Bool>,
        safe_now -> Nullable<Text>,
        contact_me -> Nullable<Bool>,
        note_sealed -> Nullable<Binary>,
        tags_sealed -> Nullable<Binary>,
        baby_id -> Nullable<Text>,
        private -> Bool,
        incomplete -> Bool,
        rules_pending -> Bool,
        occurred_at -> BigInt,
        time_zone -> Text,
        local_date -> Text,
        recorded_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    flags (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        rule -> Text,
        rule_version -> Integer,
        severity -> Text,
        reason -> Text,
        due_at -> BigInt,
        shared_severity -> Nullable<Text>,
        shared_reason -> Nullable<Text>,
        shared_due_at -> Nullable<BigInt>,
        shared_at -> Nullable<BigInt>,
        private_danger -> Nullable<Text>,
        private_due_at -> Nullable<BigInt>,
        private_at -> Nullable<BigInt>,
        status -> Text,
        snoozed_from -> Nullable<Text>,
        snoozed_until -> Nullable<BigInt>,
        raised_at -> BigInt,
        last_seen_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}

diesel::table! {
    flag_evidence (parent_id, flag_id, kind, source_id) {
        parent_id -> Text,
        flag_id -> Text,
        kind -> Text,
        source_id -> Text,
        local_date -> Text,
        recorded_at -> BigInt,
        added_at -> BigInt,
    }
}

diesel::table! {
    flag_events (parent_id, flag_id, seq) {
        parent_id -> Text,
        flag_id -> Text,
        seq -> BigInt,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        kind -> Text,
        to_status -> Text,
        private -> Bool,
        reason_sealed -> Nullable<Binary>,
        note_sealed -> Nullable<Binary>,
        until -> Nullable<BigInt>,
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

diesel::allow_tables_to_appear_in_same_query!(
    facts,
    users,
    person_keys,
    sessions,
    guess_budgets,
    practices,
    practice_members,
    parents,
    babies,
    invitations,
    care_links,
    consent_events,
    check_ins,
    flags,
    flag_evidence,
    flag_events,
    changes,
    audit,
    outbox,
    timers,
    idempotency_keys,
    line_confirmations,
    resource_feedback,
);
