//! Tables of people: accounts, keys, sign-ins, practices, parents and their babies.

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
        rules_revision -> BigInt,
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
        paused_through -> Nullable<Text>,
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
