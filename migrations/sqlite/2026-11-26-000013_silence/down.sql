DELETE FROM timers WHERE kind IN ('quiet_day', 'quiet_pending');
DROP TABLE quiet_days;
ALTER TABLE flag_evidence DROP COLUMN kept_back;
ALTER TABLE parents DROP COLUMN paused_through;
