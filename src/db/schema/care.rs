//! Tables of care: invitations, links, consent, check-ins, quiet days and flags.

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
        said_at -> BigInt,
    }
}

diesel::table! {
    check_in_revisions (parent_id, check_in_id, revision) {
        parent_id -> Text,
        check_in_id -> Text,
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
        occurred_at -> BigInt,
        time_zone -> Text,
        local_date -> Text,
        written_at -> BigInt,
    }
}

diesel::table! {
    quiet_days (parent_id, local_date) {
        parent_id -> Text,
        local_date -> Text,
        at -> BigInt,
        cadence_days -> Nullable<Integer>,
        paused_through -> Nullable<Text>,
        flag_open -> Bool,
        shared_flag_open -> Bool,
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
        withdrawn_at -> Nullable<BigInt>,
        withdrawn_shared -> Bool,
        kept_back -> Bool,
        first_recorded_at -> Nullable<BigInt>,
        taken_from -> Nullable<Text>,
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
    usuals (parent_id, shared, measure, frozen_on) {
        parent_id -> Text,
        shared -> Bool,
        measure -> Text,
        frozen_on -> Text,
        first_day -> Text,
        counts_from -> Text,
        days -> Integer,
        mean -> BigInt,
        spread -> BigInt,
    }
}

diesel::table! {
    usual_restarts (parent_id, id) {
        parent_id -> Text,
        id -> Text,
        measure -> Text,
        from_day -> Text,
        recorded_at -> BigInt,
        recorded_by -> Text,
        reason_sealed -> Binary,
        withdrawn_at -> Nullable<BigInt>,
        withdrawn_by -> Nullable<Text>,
    }
}
