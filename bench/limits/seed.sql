-- 1,000 parents with three links each, two of them live, and 30 entries each. The entries lie eleven hours apart,
-- so all of them are younger than 14 days and every write reads a full history from the first second on.
INSERT INTO parents (id, name)
  SELECT ('a77e0000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Parent ' || n FROM generate_series(1, 1000) n;
INSERT INTO care_links (parent_id, doula, terms, live)
  SELECT id, 'Doula ' || k, (ARRAY['flags', 'check_ins', 'notes'])[k], k <= 2 FROM parents, generate_series(1, 3) k;
INSERT INTO check_ins (parent_id, mood, connection, sleep, note, felt_at)
  SELECT id, 4 + k % 4, 3 + k % 5, 8 + k % 6,
         'Entry ' || k || ' of this fortnight: woken at one and at four, slept again after the second feed.',
         now() - k * interval '11 hours'
  FROM parents, generate_series(1, 30) k;
VACUUM ANALYZE;
