DROP TABLE rule_settings;
DROP TABLE rule_changes;
ALTER TABLE practices DROP COLUMN rules_revision;
