#!/bin/sh
# Runs once, as the superuser, on an empty database volume. AutoDoc and Prefect get a database each
# and own no other; the readers' role may only read, also what is created later.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set app="$DB_PASSWORD_AUTODOC" --set reader="$DB_PASSWORD_READER" --set prefect="$DB_PASSWORD_PREFECT" <<'SQL'
CREATE ROLE autodoc LOGIN PASSWORD :'app';
CREATE ROLE autodoc_reader LOGIN PASSWORD :'reader';
CREATE ROLE prefect LOGIN PASSWORD :'prefect';
CREATE DATABASE autodoc OWNER autodoc;
CREATE DATABASE prefect OWNER prefect;
REVOKE CONNECT ON DATABASE autodoc, prefect FROM PUBLIC;
GRANT CONNECT ON DATABASE autodoc TO autodoc_reader;
\connect autodoc
CREATE EXTENSION vector;
CREATE EXTENSION pg_trgm;
ALTER DEFAULT PRIVILEGES FOR ROLE autodoc GRANT SELECT ON TABLES TO autodoc_reader;
\connect prefect
CREATE EXTENSION pg_trgm;
SQL
