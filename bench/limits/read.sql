-- pgbench: the twenty newest entries of one parent.
\set n random(1, 1000)
SELECT id, mood, connection, sleep, note, felt_at FROM check_ins WHERE parent_id = ('a77e0000-0000-4000-8000-' || lpad(:n, 12, '0'))::uuid ORDER BY felt_at DESC LIMIT 20;
