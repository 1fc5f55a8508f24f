#!/bin/sh
# backup.sh FILE: the database at DATABASE_URL as it stands at this moment, in one file that nobody else may read.
# It goes on beside the running site. A file that was not finished never has the name that was asked for.
set -eu
umask 077
pg_dump --format=custom --no-owner --no-privileges --file="$1.unfinished" "$DATABASE_URL"
mv "$1.unfinished" "$1"
