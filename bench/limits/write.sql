-- pgbench: one check-in, each statement a round trip of its own. A flag is written 64 times in 1,000.
\set n random(1, 1000)
\set mood random(3, 9)
\set connection random(3, 9)
\set sleep random(8, 16)
\set dice random(1, 1000)
BEGIN;
SELECT id, doula, terms FROM care_links WHERE parent_id = ('a77e0000-0000-4000-8000-' || lpad(:n, 12, '0'))::uuid AND live;
INSERT INTO check_ins (parent_id, mood, connection, sleep, note) VALUES (('a77e0000-0000-4000-8000-' || lpad(:n, 12, '0'))::uuid, :mood, :connection, :sleep, 'Up at two and at five again; the walk in the morning did some good.') RETURNING id, felt_at \gset new_
SELECT id, mood, connection, sleep, felt_at FROM check_ins WHERE parent_id = ('a77e0000-0000-4000-8000-' || lpad(:n, 12, '0'))::uuid AND felt_at > now() - interval '14 days' ORDER BY felt_at DESC LIMIT 30;
\if :dice <= 64
INSERT INTO flags (parent_id, check_in_id, rule) VALUES (('a77e0000-0000-4000-8000-' || lpad(:n, 12, '0'))::uuid, :new_id::uuid, 'contact_request');
\endif
COMMIT;
