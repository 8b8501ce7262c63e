-- When what the rules read was last said: at the recording, or by an edit that says it anew.
ALTER TABLE check_ins ADD COLUMN said_at BIGINT NOT NULL DEFAULT 0;
UPDATE check_ins SET said_at = recorded_at;

-- Evidence that no longer holds, because its entry was changed or removed, stays in the flag's row of evidence:
-- who could see the flag by it can see what became of the flag. withdrawn_shared: it was not private then.
ALTER TABLE flag_evidence ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE flag_evidence ADD COLUMN withdrawn_shared BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX flag_evidence_by_source ON flag_evidence (parent_id, source_id);

-- What a check-in was before each edit; gone with the check-in. Words are sealed as in the check-in.
CREATE TABLE check_in_revisions (
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
  FOREIGN KEY (parent_id, check_in_id) REFERENCES check_ins (parent_id, id) ON DELETE CASCADE
);
