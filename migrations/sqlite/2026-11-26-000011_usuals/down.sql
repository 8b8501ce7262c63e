DROP TABLE usuals;
