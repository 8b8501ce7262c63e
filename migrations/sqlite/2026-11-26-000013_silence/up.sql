-- The last local day of her latest pause, also of one that is over or was lifted early: days in it are no silence.
ALTER TABLE parents ADD COLUMN paused_through TEXT;
UPDATE parents SET paused_through = paused_until;

-- Days without an answer that a timer asked the rules about, with what was known then and may be otherwise by now, so
-- that a replay judges them as they were. flag_open: a flag of follow_up or above, of another rule than silence, was
-- not closed; shared_flag_open: the same of what doulas see.
CREATE TABLE quiet_days (
  parent_id        TEXT NOT NULL REFERENCES parents (parent_id),
  local_date       TEXT NOT NULL,
  at               BIGINT NOT NULL,
  cadence_days     INTEGER,
  paused_through   TEXT,
  flag_open        BOOLEAN NOT NULL,
  shared_flag_open BOOLEAN NOT NULL,
  PRIMARY KEY (parent_id, local_date)
) WITHOUT ROWID;

-- Of a silence that only private answers make one: doulas do not learn of it. Whether other evidence is private is
-- read from what it is about.
ALTER TABLE flag_evidence ADD COLUMN kept_back BOOLEAN NOT NULL DEFAULT false;

-- Who wrote lately gets a look at when something becomes due without an answer; everybody else gets it by writing.
INSERT INTO timers (parent_id, kind, subject_id, due_at)
  SELECT parent_id, 'quiet_day', 'next', CAST(strftime('%s', 'now') AS INTEGER) * 1000000 FROM check_ins
  WHERE recorded_at > CAST(strftime('%s', 'now') AS INTEGER) * 1000000 - 14 * 86400000000
  GROUP BY parent_id;
