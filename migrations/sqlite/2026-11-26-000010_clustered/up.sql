-- Rows lie in the order of their primary key, which begins with the parent: what is read together lies together, and
-- an entry of hers is found by one search in place of two. The keys of repetitions stay in the order in which they
-- come, because their rows are long and each is written once (docs/decisions/0012).
-- Children go first, so that dropping a table takes no row of another with it.

CREATE TABLE check_ins_clustered (
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
  said_at          BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (parent_id, id),
  CHECK (mood IS NOT NULL OR incomplete)
) WITHOUT ROWID;
INSERT INTO check_ins_clustered SELECT * FROM check_ins;
CREATE TABLE check_in_revisions_clustered (
  parent_id        TEXT NOT NULL,
  check_in_id      TEXT NOT NULL,
  revision         BIGINT NOT NULL,
  mood             SMALLINT,
  connection       SMALLINT,
  anxiety          SMALLINT,
  sleep_half_hours SMALLINT,
  support          SMALLINT,
  sped_up          BOOLEAN,
  safe_now         TEXT,
  contact_me       BOOLEAN,
  note_sealed      BLOB,
  tags_sealed      BLOB,
  baby_id          TEXT,
  private          BOOLEAN NOT NULL,
  incomplete       BOOLEAN NOT NULL,
  occurred_at      BIGINT NOT NULL,
  time_zone        TEXT NOT NULL,
  local_date       TEXT NOT NULL,
  written_at       BIGINT NOT NULL,
  PRIMARY KEY (parent_id, check_in_id, revision),
  FOREIGN KEY (parent_id, check_in_id) REFERENCES check_ins_clustered (parent_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO check_in_revisions_clustered SELECT * FROM check_in_revisions;
DROP TABLE check_in_revisions;
DROP TABLE check_ins;
ALTER TABLE check_ins_clustered RENAME TO check_ins;
ALTER TABLE check_in_revisions_clustered RENAME TO check_in_revisions;
CREATE INDEX check_ins_by_time ON check_ins (parent_id, occurred_at, id);

CREATE TABLE flags_clustered (
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
) WITHOUT ROWID;
INSERT INTO flags_clustered SELECT * FROM flags;
CREATE TABLE flag_evidence_clustered (
  parent_id   TEXT NOT NULL,
  flag_id     TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('check_in', 'screening', 'silence')),
  source_id   TEXT NOT NULL,
  local_date  TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  added_at    BIGINT NOT NULL,
  withdrawn_at     BIGINT,
  withdrawn_shared BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY (parent_id, flag_id, kind, source_id),
  FOREIGN KEY (parent_id, flag_id) REFERENCES flags_clustered (parent_id, id)
) WITHOUT ROWID;
INSERT INTO flag_evidence_clustered SELECT * FROM flag_evidence;
CREATE TABLE flag_events_clustered (
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
  FOREIGN KEY (parent_id, flag_id) REFERENCES flags_clustered (parent_id, id)
) WITHOUT ROWID;
INSERT INTO flag_events_clustered SELECT * FROM flag_events;
DROP TABLE flag_events;
DROP TABLE flag_evidence;
DROP TABLE flags;
ALTER TABLE flags_clustered RENAME TO flags;
ALTER TABLE flag_evidence_clustered RENAME TO flag_evidence;
ALTER TABLE flag_events_clustered RENAME TO flag_events;
CREATE UNIQUE INDEX flags_one_unclosed ON flags (parent_id, rule)
  WHERE status IN ('open', 'acknowledged', 'contacted', 'snoozed');
CREATE INDEX flags_by_parent ON flags (parent_id, status);
CREATE INDEX flag_evidence_by_source ON flag_evidence (parent_id, source_id);

CREATE TABLE changes_clustered (
  parent_id TEXT NOT NULL REFERENCES parents (parent_id),
  seq       BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  object_id TEXT NOT NULL,
  op        TEXT NOT NULL CHECK (op IN ('put', 'delete')),
  at        BIGINT NOT NULL,
  PRIMARY KEY (parent_id, seq)
) WITHOUT ROWID;
INSERT INTO changes_clustered SELECT * FROM changes;
DROP TABLE changes;
ALTER TABLE changes_clustered RENAME TO changes;

CREATE TABLE outbox_clustered (
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
) WITHOUT ROWID;
INSERT INTO outbox_clustered SELECT * FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_clustered RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (due_at) WHERE delivered_at IS NULL;

CREATE TABLE timers_clustered (
  parent_id    TEXT NOT NULL,
  kind         TEXT NOT NULL,
  subject_id   TEXT NOT NULL,
  due_at       BIGINT NOT NULL,
  leased_until BIGINT,
  attempts     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (parent_id, kind, subject_id)
) WITHOUT ROWID;
INSERT INTO timers_clustered SELECT * FROM timers;
DROP TABLE timers;
ALTER TABLE timers_clustered RENAME TO timers;
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE sessions_clustered (
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
) WITHOUT ROWID;
INSERT INTO sessions_clustered SELECT * FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_clustered RENAME TO sessions;
CREATE INDEX sessions_user ON sessions (user_id, ended_at);

CREATE TABLE person_keys_clustered (
  person_id   TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
  key_version INTEGER NOT NULL,
  wrapped     BLOB NOT NULL,
  created_at  BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO person_keys_clustered SELECT * FROM person_keys;
DROP TABLE person_keys;
ALTER TABLE person_keys_clustered RENAME TO person_keys;
