-- Since PostgreSQL 15 nobody but its owner makes things in a new database's public schema. A database that was made
-- before still lets everybody, our roles included: https://www.postgresql.org/docs/15/release-15.html
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
