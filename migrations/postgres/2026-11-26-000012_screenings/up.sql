-- Questionnaires that were filled in: numbers in the clear like those of check-ins, and no words of hers. What was
-- decided when a form was stored (total, parts, what the total means, what counts by itself) is never computed again.

CREATE TABLE screenings (
  parent_id         TEXT NOT NULL REFERENCES parents (parent_id),
  id                TEXT NOT NULL,
  revision          BIGINT NOT NULL DEFAULT 1,
  instrument        TEXT NOT NULL,
  version           TEXT NOT NULL,
  answers           TEXT NOT NULL,
  total             INTEGER CHECK (total >= 0),
  possible          INTEGER NOT NULL CHECK (possible >= 0),
  subscales         TEXT NOT NULL,
  band              TEXT,
  self_harm         SMALLINT,
  harm              SMALLINT,
  watched           SMALLINT,
  danger_answer     BOOLEAN NOT NULL,
  keying_doubt      BOOLEAN NOT NULL,
  keying_confirmed  BOOLEAN NOT NULL,
  private           BOOLEAN NOT NULL,
  incomplete        BOOLEAN NOT NULL,
  rules_pending     BOOLEAN NOT NULL,
  entered_by        TEXT REFERENCES users (id),
  occurred_at       BIGINT NOT NULL,
  time_zone         TEXT NOT NULL,
  local_date        TEXT NOT NULL,
  recorded_at       BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  said_at           BIGINT NOT NULL,
  PRIMARY KEY (parent_id, id)
);
CREATE INDEX screenings_by_time ON screenings (parent_id, occurred_at, id);
