/* The main job on SQLite without anything around it: no HTTP, no JSON, no sealing, one thread, prepared statements.
 * `group` check-ins share a COMMIT, which waits for the disk (WAL, synchronous = FULL). Compiled against the very
 * library that the server carries, and called by the benchmark, so that both are measured on the same SQLite. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARENTS = 1000, ENTRIES = 30, HOURS_APART = 11, SHOWN = 20 };
static const int64_t HOUR_MS = 3600000, FORTNIGHT_MS = 14 * 24 * (int64_t)3600000;

static double seconds_now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static void must(sqlite3 *db, int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  fprintf(stderr, "sqlite loop: %s\n", sqlite3_errmsg(db));
  exit(1);
}

static void execute(sqlite3 *db, const char *sql) { must(db, sqlite3_exec(db, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  must(db, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
  return statement;
}

/* Steps through every row and counts them. */
static int rows_of(sqlite3 *db, sqlite3_stmt *statement) {
  int rows = 0, code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) rows++;
  must(db, code);
  sqlite3_reset(statement);
  return rows;
}

static int from_to(int low, int high) { return low + (int)(random() % (high - low + 1)); }

static void random_uuid(char text[37]) {
  snprintf(text, 37, "%04x%04x-%04x-4%03x-8%03x-%04x%04x%04x", from_to(0, 65535), from_to(0, 65535), from_to(0, 65535),
           from_to(0, 4095), from_to(0, 4095), from_to(0, 65535), from_to(0, 65535), from_to(0, 65535));
}

struct loop {
  sqlite3 *db;
  sqlite3_stmt *links, *insert, *history, *flag, *newest;
};

static const char *const SCHEMA =
    "CREATE TABLE parents(id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE care_links(id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents, doula TEXT NOT NULL,"
    " terms TEXT NOT NULL, live INTEGER NOT NULL);"
    "CREATE INDEX links_of_parent ON care_links(parent_id);"
    "CREATE TABLE check_ins(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent_id INTEGER NOT NULL REFERENCES"
    " parents, mood INTEGER NOT NULL, connection INTEGER NOT NULL, sleep INTEGER NOT NULL, note TEXT NOT NULL,"
    " felt_at INTEGER NOT NULL);"
    "CREATE INDEX check_ins_newest ON check_ins(parent_id, felt_at DESC);"
    "CREATE TABLE flags(id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents, check_in_id TEXT NOT"
    " NULL, rule TEXT NOT NULL, raised_at INTEGER NOT NULL);";

static struct loop begin_with(const char *path) {
  struct loop it;
  must(NULL, sqlite3_open(path, &it.db));
  execute(it.db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;");
  execute(it.db, SCHEMA);
  it.links = prepared(it.db, "SELECT id, doula, terms FROM care_links WHERE parent_id = ?1 AND live");
  it.insert = prepared(it.db, "INSERT INTO check_ins(id, parent_id, mood, connection, sleep, note, felt_at) VALUES(?1,"
                              " ?2, ?3, ?4, ?5, 'Up at two and at five again; the walk in the morning did some good.', ?6)");
  it.history = prepared(it.db, "SELECT id, mood, connection, sleep, felt_at FROM check_ins WHERE parent_id = ?1 AND"
                               " felt_at > ?2 ORDER BY felt_at DESC LIMIT 30");
  it.flag = prepared(it.db, "INSERT INTO flags(parent_id, check_in_id, rule, raised_at) VALUES(?1, ?2,"
                            " 'contact_request', ?3)");
  it.newest = prepared(it.db, "SELECT id, mood, connection, sleep, note, felt_at FROM check_ins WHERE parent_id = ?1"
                              " ORDER BY felt_at DESC LIMIT 20");
  return it;
}

static void insert_one(struct loop *it, int parent, const char *id, int64_t at) {
  sqlite3_bind_text(it->insert, 1, id, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int(it->insert, 2, parent);
  sqlite3_bind_int(it->insert, 3, from_to(3, 9));
  sqlite3_bind_int(it->insert, 4, from_to(3, 9));
  sqlite3_bind_int(it->insert, 5, from_to(8, 16));
  sqlite3_bind_int64(it->insert, 6, at);
  rows_of(it->db, it->insert);
}

static void fill(struct loop *it, int64_t now) {
  char id[37], sql[400];
  execute(it->db, "BEGIN");
  for (int parent = 1; parent <= PARENTS; parent++) {
    snprintf(sql, sizeof sql,
             "INSERT INTO parents VALUES(%1$d, 'Parent');"
             "INSERT INTO care_links(parent_id, doula, terms, live) VALUES(%1$d, 'One', 'flags', 1),"
             " (%1$d, 'Two', 'check_ins', 1), (%1$d, 'Three', 'notes', 0);",
             parent);
    execute(it->db, sql);
    for (int back = ENTRIES; back > 0; back--) {
      random_uuid(id);
      insert_one(it, parent, id, now - back * HOURS_APART * HOUR_MS);
    }
  }
  execute(it->db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
}

static int check_in(struct loop *it, int64_t at) {
  char id[37];
  int parent = from_to(1, PARENTS);
  random_uuid(id);
  sqlite3_bind_int(it->links, 1, parent);
  if (rows_of(it->db, it->links) != 2) return 0;
  insert_one(it, parent, id, at);
  sqlite3_bind_int(it->history, 1, parent);
  sqlite3_bind_int64(it->history, 2, at - FORTNIGHT_MS);
  if (rows_of(it->db, it->history) == 0) return 0;
  if (from_to(1, 1000) <= 64) {
    sqlite3_bind_int(it->flag, 1, parent);
    sqlite3_bind_text(it->flag, 2, id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(it->flag, 3, at);
    rows_of(it->db, it->flag);
  }
  return 1;
}

/* Fills a new file, writes for `seconds` with `group` check-ins a commit, then reads for one second.
 * Returns 0 when a row was not where it must be. */
static int run_loop(const char *path, double seconds, int group, double *writes, double *reads) {
  int64_t at = (int64_t)time(NULL) * 1000;
  struct loop it = begin_with(path);
  fill(&it, at);
  long done = 0;
  double began = seconds_now(), passed;
  do {
    execute(it.db, "BEGIN IMMEDIATE");
    for (int k = 0; k < group; k++, done++)
      if (!check_in(&it, ++at)) return 0;
    execute(it.db, "COMMIT");
  } while ((passed = seconds_now() - began) < seconds);
  *writes = (double)done / passed;
  done = 0, began = seconds_now();
  do {
    for (int k = 0; k < 100; k++, done++) {
      sqlite3_bind_int(it.newest, 1, from_to(1, PARENTS));
      if (rows_of(it.db, it.newest) != SHOWN) return 0;
    }
  } while ((passed = seconds_now() - began) < 1.0);
  *reads = (double)done / passed;
  sqlite3_stmt *all[] = {it.links, it.insert, it.history, it.flag, it.newest};
  for (int k = 0; k < 5; k++) sqlite3_finalize(all[k]);
  sqlite3_close(it.db);
  return 1;
}

/* Runs plain statements on a database file; what they return is thrown away. */
static int run_statements(const char *path, const char *sql) {
  sqlite3 *db;
  must(NULL, sqlite3_open(path, &db));
  execute(db, sql);
  return sqlite3_close(db) == SQLITE_OK;
}

int main(int count, char **words) {
  if (count == 5 && !strcmp(words[1], "loop")) {
    double writes, reads;
    if (!run_loop(words[2], atof(words[3]), atoi(words[4]), &writes, &reads)) {
      fprintf(stderr, "a row was not where it must be\n");
      return 1;
    }
    printf("%f %f\n", writes, reads);
    return 0;
  }
  if (count == 4 && !strcmp(words[1], "execute")) return run_statements(words[2], words[3]) ? 0 : 1;
  fprintf(stderr, "loop FILE SECONDS GROUP, or execute FILE SQL\n");
  return 2;
}
