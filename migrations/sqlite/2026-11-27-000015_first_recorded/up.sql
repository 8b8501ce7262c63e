-- recorded_at is when what an answer says was last said. Where it was stored before that, because it was private or said
-- otherwise, this is when; else null. A doula whose link is younger than this is told of it without its day and values.
ALTER TABLE flag_evidence ADD COLUMN first_recorded_at BIGINT;
UPDATE flag_evidence SET first_recorded_at = (
  SELECT check_ins.recorded_at FROM check_ins
  WHERE check_ins.parent_id = flag_evidence.parent_id AND check_ins.id = flag_evidence.source_id
    AND check_ins.recorded_at < flag_evidence.recorded_at
) WHERE kind = 'check_in';
UPDATE flag_evidence SET first_recorded_at = (
  SELECT screenings.recorded_at FROM screenings
  WHERE screenings.parent_id = flag_evidence.parent_id AND screenings.id = flag_evidence.source_id
    AND screenings.recorded_at < flag_evidence.recorded_at
) WHERE kind = 'screening';

-- The families of a practice, when its rules change.
CREATE INDEX care_links_practice ON care_links (practice_id, parent_id);
