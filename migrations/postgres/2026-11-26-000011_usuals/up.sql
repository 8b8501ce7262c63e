-- What was frozen as usual for a parent: over everything, and (shared) over what is not private. Thousandths of a point.
CREATE TABLE usuals (
  parent_id   TEXT NOT NULL REFERENCES parents (parent_id),
  shared      BOOLEAN NOT NULL,
  measure     TEXT NOT NULL CHECK (measure IN ('mood', 'anxiety', 'connection')),
  frozen_on   TEXT NOT NULL,
  first_day   TEXT NOT NULL,
  counts_from TEXT NOT NULL,
  days        INTEGER NOT NULL CHECK (days > 0),
  mean        BIGINT NOT NULL,
  spread      BIGINT NOT NULL,
  PRIMARY KEY (parent_id, shared, measure, frozen_on)
);
