-- SQLite keeps rows in the order of their keys from here on; PostgreSQL has no such tables. Days are found by the
-- instants around them on both, which saves an index of which every new entry touches a page (docs/decisions/0012).
DROP INDEX check_ins_by_day;
