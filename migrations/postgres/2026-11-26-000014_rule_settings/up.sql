-- How often a practice changed what its rules go by; raising it first in a write makes such writes take turns.
ALTER TABLE practices ADD COLUMN rules_revision BIGINT NOT NULL DEFAULT 0;

-- Append only: who changed what of a rule, why, from when and until when. Why is sealed with the key of who changed
-- it. changes is a document: a value for each name, null for what ships.
CREATE TABLE rule_changes (
  practice_id   TEXT NOT NULL REFERENCES practices (id),
  revision      BIGINT NOT NULL,
  topic         TEXT NOT NULL,
  changes       TEXT NOT NULL,
  changed_by    TEXT NOT NULL REFERENCES users (id),
  reason_sealed BYTEA NOT NULL,
  changed_at    BIGINT NOT NULL,
  until         BIGINT,
  PRIMARY KEY (practice_id, revision)
);

-- What a practice set and did not set back: the latest change of each thing, read with the links of a parent at each
-- of her check-ins. What expired stays until it is changed again, and counts for nothing.
CREATE TABLE rule_settings (
  practice_id TEXT NOT NULL,
  topic       TEXT NOT NULL,
  name        TEXT NOT NULL,
  value       INTEGER NOT NULL CHECK (value BETWEEN 0 AND 65535),
  until       BIGINT,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (practice_id, topic, name),
  FOREIGN KEY (practice_id, revision) REFERENCES rule_changes (practice_id, revision)
);
