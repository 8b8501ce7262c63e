-- That a person began anew what is usual for a parent in one measure, from a local day of hers on. Append only, but for
-- the taking back, which stays beside it. Why is sealed with the parent's key.
CREATE TABLE usual_restarts (
  parent_id     TEXT NOT NULL REFERENCES parents (parent_id),
  id            TEXT NOT NULL,
  measure       TEXT NOT NULL CHECK (measure IN ('mood', 'anxiety', 'connection')),
  from_day      TEXT NOT NULL,
  recorded_at   BIGINT NOT NULL,
  recorded_by   TEXT NOT NULL REFERENCES users (id),
  reason_sealed BYTEA NOT NULL,
  withdrawn_at  BIGINT,
  withdrawn_by  TEXT REFERENCES users (id),
  PRIMARY KEY (parent_id, id),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
-- Once for each day by the same person, unless it was taken back.
CREATE UNIQUE INDEX usual_restarts_standing ON usual_restarts (parent_id, measure, from_day, recorded_by)
  WHERE withdrawn_at IS NULL;
