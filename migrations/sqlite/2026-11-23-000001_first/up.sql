-- Ids are UUIDv7 text, instants microseconds since 1970 UTC, local days ISO text, documents JSON text.
-- Columns named *_sealed hold text encrypted with the key of the person it belongs to.
-- Every row of a parent carries parent_id first in its key, so that a database can be split by parent.

CREATE TABLE facts (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE users (
  id                  TEXT NOT NULL PRIMARY KEY,
  role                TEXT NOT NULL CHECK (role IN ('parent', 'doula', 'operator')),
  email_index         TEXT NOT NULL UNIQUE,
  email_sealed        BLOB NOT NULL,
  password_hash       TEXT NOT NULL,
  display_name_sealed BLOB NOT NULL,
  time_zone           TEXT NOT NULL,
  locale              TEXT,
  country             TEXT,
  quiet_from          TEXT,
  quiet_to            TEXT,
  revision            BIGINT NOT NULL DEFAULT 1,
  created_at          BIGINT NOT NULL,
  updated_at          BIGINT NOT NULL,
  disabled_at         BIGINT
);

CREATE TABLE person_keys (
  person_id   TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
  key_version INTEGER NOT NULL,
  wrapped     BLOB NOT NULL,
  created_at  BIGINT NOT NULL
);

CREATE TABLE sessions (
  id              TEXT NOT NULL PRIMARY KEY,
  user_id         TEXT NOT NULL REFERENCES users (id),
  device          TEXT NOT NULL,
  seed            BLOB NOT NULL,
  generation      BIGINT NOT NULL DEFAULT 1,
  rotated_at      BIGINT NOT NULL,
  auth_time       BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  last_used_at    BIGINT NOT NULL,
  idle_expires_at BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  ended_at        BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id, ended_at);

-- How often a secret was guessed at: one row per account or address and window.
CREATE TABLE guess_budgets (
  subject   TEXT NOT NULL PRIMARY KEY,
  opened_at BIGINT NOT NULL,
  used      INTEGER NOT NULL CHECK (used >= 0)
);

CREATE TABLE practices (
  id         TEXT NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL
);

CREATE TABLE practice_members (
  practice_id TEXT NOT NULL REFERENCES practices (id),
  user_id     TEXT NOT NULL REFERENCES users (id),
  is_admin    BOOLEAN NOT NULL,
  joined_at   BIGINT NOT NULL,
  left_at     BIGINT,
  PRIMARY KEY (practice_id, user_id)
);
CREATE INDEX practice_members_user ON practice_members (user_id);

-- What only a parent has. change_seq counts the changes of everything of hers; raising it first in a
-- write also makes the writes of one parent take turns.
CREATE TABLE parents (
  parent_id           TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
  contexts            TEXT NOT NULL DEFAULT '[]',
  cadence_days        INTEGER CHECK (cadence_days BETWEEN 1 AND 30),
  paused_until        TEXT,
  safe_contact_sealed BLOB,
  change_seq          BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE babies (
  parent_id                 TEXT NOT NULL REFERENCES parents (parent_id),
  id                        TEXT NOT NULL,
  name_sealed               BLOB,
  birth_date                TEXT,
  due_date                  TEXT,
  contexts                  TEXT NOT NULL DEFAULT '[]',
  conditions                TEXT NOT NULL DEFAULT '[]',
  clearance_given_by_sealed BLOB,
  clearance_given_on        TEXT,
  hidden                    BOOLEAN NOT NULL,
  revision                  BIGINT NOT NULL DEFAULT 1,
  created_at                BIGINT NOT NULL,
  updated_at                BIGINT NOT NULL,
  PRIMARY KEY (parent_id, id),
  CHECK ((clearance_given_by_sealed IS NULL) = (clearance_given_on IS NULL))
);

CREATE TABLE invitations (
  id          TEXT NOT NULL PRIMARY KEY,
  code_hash   TEXT NOT NULL UNIQUE,
  doula_id    TEXT NOT NULL REFERENCES users (id),
  practice_id TEXT NOT NULL REFERENCES practices (id),
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  used_at     BIGINT,
  used_by     TEXT REFERENCES users (id),
  CHECK ((used_at IS NULL) = (used_by IS NULL))
);
CREATE INDEX invitations_doula ON invitations (doula_id);

-- The scope "flags" is part of every link and has no column.
CREATE TABLE care_links (
  parent_id        TEXT NOT NULL REFERENCES parents (parent_id),
  id               TEXT NOT NULL,
  doula_id         TEXT NOT NULL REFERENCES users (id),
  practice_id      TEXT NOT NULL REFERENCES practices (id),
  scope_check_ins  BOOLEAN NOT NULL,
  scope_notes      BOOLEAN NOT NULL,
  scope_screenings BOOLEAN NOT NULL,
  private_danger   BOOLEAN NOT NULL,
  history_from     BIGINT NOT NULL,
  started_at       BIGINT NOT NULL,
  expires_at       BIGINT,
  ended_at         BIGINT,
  revision         BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (parent_id, id),
  CHECK (scope_check_ins OR NOT scope_notes)
);
CREATE UNIQUE INDEX care_links_one_live ON care_links (parent_id, doula_id) WHERE ended_at IS NULL;
CREATE INDEX care_links_doula ON care_links (doula_id, parent_id);

-- Append only: what a parent agreed to, when, and who changed it.
CREATE TABLE consent_events (
  parent_id TEXT NOT NULL REFERENCES parents (parent_id),
  id        TEXT NOT NULL,
  link_id   TEXT NOT NULL,
  doula_id  TEXT NOT NULL REFERENCES users (id),
  actor_id  TEXT NOT NULL REFERENCES users (id),
  kind      TEXT NOT NULL CHECK (kind IN ('granted', 'changed', 'ended')),
  terms     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (parent_id, id)
);

CREATE TABLE check_ins (
  parent_id        TEXT NOT NULL REFERENCES parents (parent_id),
  id               TEXT NOT NULL,
  revision         BIGINT NOT NULL DEFAULT 1,
  mood             SMALLINT CHECK (mood BETWEEN 0 AND 10),
  connection       SMALLINT CHECK (connection BETWEEN 0 AND 10),
  anxiety          SMALLINT CHECK (anxiety BETWEEN 0 AND 10),
  sleep_half_hours SMALLINT CHECK (sleep_half_hours BETWEEN 0 AND 48),
  support          SMALLINT CHECK (support BETWEEN 0 AND 10),
  sped_up          BOOLEAN,
  safe_now         TEXT CHECK (safe_now IN ('yes', 'unsure', 'no')),
  contact_me       BOOLEAN,
  note_sealed      BLOB,
  tags_sealed      BLOB,
  baby_id          TEXT,
  private          BOOLEAN NOT NULL,
  incomplete       BOOLEAN NOT NULL,
  rules_pending    BOOLEAN NOT NULL,
  occurred_at      BIGINT NOT NULL,
  time_zone        TEXT NOT NULL,
  local_date       TEXT NOT NULL,
  recorded_at      BIGINT NOT NULL,
  updated_at       BIGINT NOT NULL,
  PRIMARY KEY (parent_id, id),
  CHECK (mood IS NOT NULL OR incomplete)
);
CREATE INDEX check_ins_by_time ON check_ins (parent_id, occurred_at, id);
CREATE INDEX check_ins_by_day ON check_ins (parent_id, local_date);

-- severity, reason and due_at rest on all evidence; the shared_* columns on what is not private, and are
-- null while everything is. private_danger: something private in it asks for a person.
CREATE TABLE flags (
  parent_id       TEXT NOT NULL REFERENCES parents (parent_id),
  id              TEXT NOT NULL,
  rule            TEXT NOT NULL,
  rule_version    INTEGER NOT NULL,
  severity        TEXT NOT NULL CHECK (severity IN ('notice', 'follow_up', 'same_day', 'urgent')),
  reason          TEXT NOT NULL,
  due_at          BIGINT NOT NULL,
  shared_severity TEXT CHECK (shared_severity IN ('notice', 'follow_up', 'same_day', 'urgent')),
  shared_reason   TEXT,
  shared_due_at   BIGINT,
  shared_at       BIGINT,
  private_danger  TEXT CHECK (private_danger IN ('same_day', 'urgent')),
  private_due_at  BIGINT,
  private_at      BIGINT,
  status          TEXT NOT NULL CHECK (status IN
                    ('open', 'acknowledged', 'contacted', 'resolved', 'dismissed', 'snoozed', 'corrected')),
  snoozed_from    TEXT CHECK (snoozed_from IN ('open', 'acknowledged', 'contacted')),
  snoozed_until   BIGINT,
  raised_at       BIGINT NOT NULL,
  last_seen_at    BIGINT NOT NULL,
  closed_at       BIGINT,
  revision        BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (parent_id, id),
  CHECK ((status = 'snoozed') = (snoozed_from IS NOT NULL)),
  CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL)),
  CHECK ((status IN ('resolved', 'dismissed', 'corrected')) = (closed_at IS NOT NULL)),
  CHECK ((shared_severity IS NULL) = (shared_due_at IS NULL)),
  CHECK ((private_danger IS NULL) = (private_due_at IS NULL))
);
CREATE UNIQUE INDEX flags_one_unclosed ON flags (parent_id, rule)
  WHERE status IN ('open', 'acknowledged', 'contacted', 'snoozed');
CREATE INDEX flags_by_parent ON flags (parent_id, status);

CREATE TABLE flag_evidence (
  parent_id   TEXT NOT NULL,
  flag_id     TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('check_in', 'screening', 'silence')),
  source_id   TEXT NOT NULL,
  local_date  TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  added_at    BIGINT NOT NULL,
  PRIMARY KEY (parent_id, flag_id, kind, source_id),
  FOREIGN KEY (parent_id, flag_id) REFERENCES flags (parent_id, id)
);

CREATE TABLE flag_events (
  parent_id     TEXT NOT NULL,
  flag_id       TEXT NOT NULL,
  seq           BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  actor_id      TEXT REFERENCES users (id),
  kind          TEXT NOT NULL CHECK (kind IN
                  ('raised', 'evidence', 'severity', 'danger', 'transition', 'snooze_ended')),
  to_status     TEXT NOT NULL,
  private       BOOLEAN NOT NULL,
  reason_sealed BLOB,
  note_sealed   BLOB,
  until         BIGINT,
  PRIMARY KEY (parent_id, flag_id, seq),
  FOREIGN KEY (parent_id, flag_id) REFERENCES flags (parent_id, id)
);

-- One number per change of anything of a parent's, in the order of commit: for her other devices.
CREATE TABLE changes (
  parent_id TEXT NOT NULL REFERENCES parents (parent_id),
  seq       BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  object_id TEXT NOT NULL,
  op        TEXT NOT NULL CHECK (op IN ('put', 'delete')),
  at        BIGINT NOT NULL,
  PRIMARY KEY (parent_id, seq)
);

-- Who did or read what, of whom, and by which link. No content.
CREATE TABLE audit (
  id         TEXT NOT NULL PRIMARY KEY,
  at         BIGINT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  action     TEXT NOT NULL,
  parent_id  TEXT,
  link_id    TEXT,
  object_id  TEXT
);
CREATE INDEX audit_parent ON audit (parent_id, at);

-- What has to be told to somebody after commit. body_sealed with the key of the person it is about.
CREATE TABLE outbox (
  parent_id    TEXT NOT NULL,
  event_id     TEXT NOT NULL,
  recipient_id TEXT NOT NULL,
  kind         TEXT NOT NULL,
  body_sealed  BLOB NOT NULL,
  created_at   BIGINT NOT NULL,
  due_at       BIGINT NOT NULL,
  leased_until BIGINT,
  attempts     INTEGER NOT NULL DEFAULT 0,
  delivered_at BIGINT,
  PRIMARY KEY (parent_id, event_id, recipient_id)
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE delivered_at IS NULL;

CREATE TABLE timers (
  parent_id    TEXT NOT NULL,
  kind         TEXT NOT NULL,
  subject_id   TEXT NOT NULL,
  due_at       BIGINT NOT NULL,
  leased_until BIGINT,
  attempts     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (parent_id, kind, subject_id)
);
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE idempotency_keys (
  user_id     TEXT NOT NULL REFERENCES users (id),
  operation   TEXT NOT NULL,
  key         TEXT NOT NULL,
  body_hash   TEXT NOT NULL,
  status      INTEGER NOT NULL,
  location    TEXT,
  etag        TEXT,
  body_sealed BLOB,
  expires_at  BIGINT NOT NULL,
  PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE line_confirmations (
  line_id      TEXT NOT NULL PRIMARY KEY,
  confirmed_by TEXT NOT NULL,
  confirmed_on TEXT NOT NULL
);

CREATE TABLE resource_feedback (
  parent_id   TEXT NOT NULL REFERENCES parents (parent_id),
  slug        TEXT NOT NULL,
  tried       BOOLEAN NOT NULL,
  helped      TEXT CHECK (helped IN ('yes', 'no', 'unsure')),
  note_sealed BLOB,
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (parent_id, slug)
);
