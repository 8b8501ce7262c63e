DROP INDEX care_links_practice;
ALTER TABLE flag_evidence DROP COLUMN taken_from;
ALTER TABLE flag_evidence DROP COLUMN first_recorded_at;
