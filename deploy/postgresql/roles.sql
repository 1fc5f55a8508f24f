-- Two roles, so that the running site can neither change the shape of the data nor rewrite the audit (PF-3).
--
--   baton_owner   owns the tables; `migrate` alone connects as it
--   baton_app     the site, the workers and the beat; owns the signal table alone, whose months it makes
--
-- Run as a superuser in Baton's database, once before the first `migrate` and again after each:
--   psql --set=ON_ERROR_STOP=1 --dbname=baton --file=deploy/postgresql/roles.sql
-- It may be repeated. Passwords are set apart from it: ALTER ROLE baton_app PASSWORD '…'.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'baton_owner') THEN
        CREATE ROLE baton_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'baton_app') THEN
        CREATE ROLE baton_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
END $$;

-- What `migrate` would otherwise have to be the owner of the database for.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

GRANT USAGE, CREATE ON SCHEMA public TO baton_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO baton_app;
-- What the application owns, the owner may migrate.
GRANT baton_app TO baton_owner;

GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES ON ALL TABLES IN SCHEMA public TO baton_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO baton_app;
ALTER DEFAULT PRIVILEGES FOR ROLE baton_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES ON TABLES TO baton_app;
ALTER DEFAULT PRIVILEGES FOR ROLE baton_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO baton_app;

DO $$
DECLARE
    month regclass;
BEGIN
    FOR month IN SELECT relid FROM pg_partition_tree(to_regclass('public.leads_signal')) LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO baton_app', month);
    END LOOP;
END $$;

-- The audit is read and added to. What the application was never given, no fault in it can use.
DO $$
BEGIN
    IF to_regclass('public.leads_auditentry') IS NOT NULL THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON leads_auditentry FROM baton_app;
    END IF;
    IF to_regclass('public.django_migrations') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM baton_app;
    END IF;
END $$;
