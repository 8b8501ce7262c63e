CREATE INDEX check_ins_by_day ON check_ins (parent_id, local_date);
