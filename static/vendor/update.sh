#!/bin/sh
# Copies the pinned styles and icons out of npm's packages into static/vendor, byte for byte the same each time.
# Needs Node once, at update; running Baton does not. CI runs it and fails on any difference.
set -eu

vendor=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$vendor/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$root/package.json" "$root/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent)
modules="$work/node_modules"

mkdir -p "$vendor/bootstrap" "$vendor/bootstrap-icons"

# The source map is not shipped, so its comment goes too: the hashed manifest would look for the file.
sed '/^\/\*# sourceMappingURL=/d' "$modules/bootstrap/dist/css/bootstrap.min.css" > "$vendor/bootstrap/bootstrap.min.css"
cp "$modules/bootstrap/LICENSE" "$vendor/bootstrap/LICENSE"
cp "$modules/bootstrap-icons/LICENSE" "$vendor/bootstrap-icons/LICENSE"

# One sprite of the few icons we use; a page points at it with <use href="icons.svg#name">.
sprite="$vendor/bootstrap-icons/icons.svg"
printf '<svg xmlns="http://www.w3.org/2000/svg">\n' > "$sprite"
while read -r name; do
  [ -n "$name" ] || continue
  sed -e 's/<svg [^>]*>/<symbol id="'"$name"'" viewBox="0 0 16 16">/' -e 's/<\/svg>/<\/symbol>/' \
    "$modules/bootstrap-icons/icons/$name.svg" | tr -d '\n' >> "$sprite"
  printf '\n' >> "$sprite"
done < "$vendor/icons.txt"
printf '</svg>\n' >> "$sprite"
