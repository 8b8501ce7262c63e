-- The roles and the database of attune on PostgreSQL 14 or newer. Once, by a superuser, before the first start:
--   psql -f postgres-roles.sql
--
-- attune_owner owns the database and is for `attune migrate` alone. attune is for the server: it reads and writes
-- rows, owns nothing, and can make, change or drop no table. How each of them signs in is for pg_hba.conf.
CREATE ROLE attune_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE ROLE attune LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE DATABASE attune OWNER attune_owner TEMPLATE template0 ENCODING 'UTF8';
-- Everybody may connect and make temporary tables unless this is taken back.
REVOKE ALL ON DATABASE attune FROM PUBLIC;
GRANT CONNECT ON DATABASE attune TO attune;

\connect attune

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO attune_owner;
GRANT USAGE ON SCHEMA public TO attune;

-- What was migrated, the server only reads. The table is made here, because the rights below go to every later one.
CREATE TABLE __diesel_schema_migrations (
    version VARCHAR(50) NOT NULL PRIMARY KEY,
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
ALTER TABLE __diesel_schema_migrations OWNER TO attune_owner;
GRANT SELECT ON __diesel_schema_migrations TO attune;

-- No TRUNCATE, no TRIGGER, no REFERENCES.
ALTER DEFAULT PRIVILEGES FOR ROLE attune_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO attune;
ALTER DEFAULT PRIVILEGES FOR ROLE attune_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO attune;
