-- The least that a check-in needs on PostgreSQL: parents, their links, their entries, their flags.
-- No sealing, audit, outbox, change numbers or idempotency keys: what is measured on it is a ceiling.
CREATE TABLE parents (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  joined_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE care_links (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  parent_id uuid NOT NULL REFERENCES parents (id),
  doula text NOT NULL,
  terms text NOT NULL CHECK (terms IN ('flags', 'check_ins', 'notes')),
  live boolean NOT NULL DEFAULT true
);
CREATE INDEX links_of_parent ON care_links (parent_id);
CREATE TABLE check_ins (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  parent_id uuid NOT NULL REFERENCES parents (id),
  mood smallint NOT NULL CHECK (mood BETWEEN 0 AND 10),
  connection smallint NOT NULL CHECK (connection BETWEEN 0 AND 10),
  sleep smallint NOT NULL CHECK (sleep BETWEEN 0 AND 48),
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 4000),
  felt_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX check_ins_newest ON check_ins (parent_id, felt_at DESC);
CREATE TABLE flags (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  parent_id uuid NOT NULL REFERENCES parents (id),
  check_in_id uuid NOT NULL REFERENCES check_ins (id),
  rule text NOT NULL,
  raised_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX flags_of_parent ON flags (parent_id);
