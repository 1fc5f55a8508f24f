#!/bin/sh
# restore.sh FILE: puts a backup into the empty database at DATABASE_URL, all of it or nothing.
# A database that holds tables is refused: nothing is ever overwritten.
set -eu
tables=$(psql --no-psqlrc --tuples-only --no-align "$DATABASE_URL" \
    --command="SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
if [ "$tables" != 0 ]; then
    echo "This database holds $tables tables: restore into an empty one." >&2
    exit 1
fi
pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname="$DATABASE_URL" "$1"
