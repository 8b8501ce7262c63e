DROP TABLE check_in_revisions;
DROP INDEX flag_evidence_by_source;
ALTER TABLE flag_evidence DROP COLUMN withdrawn_shared;
ALTER TABLE flag_evidence DROP COLUMN withdrawn_at;
ALTER TABLE check_ins DROP COLUMN said_at;
