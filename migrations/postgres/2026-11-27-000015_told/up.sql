-- recorded_at is when what an answer says was last said. Where it was stored before that, because it was private or said
-- otherwise, this is when; else null. A doula whose link is younger than this is told of it without its day and values.
-- What was removed before this migration stays null, for nobody knows any more when it was stored.
ALTER TABLE flag_evidence ADD COLUMN first_recorded_at BIGINT;
UPDATE flag_evidence SET first_recorded_at = check_ins.recorded_at FROM check_ins
WHERE flag_evidence.kind = 'check_in' AND check_ins.parent_id = flag_evidence.parent_id
  AND check_ins.id = flag_evidence.source_id AND check_ins.recorded_at < flag_evidence.recorded_at
  AND flag_evidence.flag_id NOT IN (SELECT flags.id FROM flags WHERE flags.rule = 'urgent_taken_back');
UPDATE flag_evidence SET first_recorded_at = screenings.recorded_at FROM screenings
WHERE flag_evidence.kind = 'screening' AND screenings.parent_id = flag_evidence.parent_id
  AND screenings.id = flag_evidence.source_id AND screenings.recorded_at < flag_evidence.recorded_at
  AND flag_evidence.flag_id NOT IN (SELECT flags.id FROM flags WHERE flags.rule = 'urgent_taken_back');

-- Of evidence of what was taken back: the rule of the flag that it was taken from; null where that is not known, or there
-- was more than one.
ALTER TABLE flag_evidence ADD COLUMN taken_from TEXT;

-- The families of a practice, when its rules change.
CREATE INDEX care_links_practice ON care_links (practice_id, parent_id);
