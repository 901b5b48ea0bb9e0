#!/usr/bin/env bash
# Packs a folder into a .tar.gz with the checksums of its files inside and its own beside it: pack.sh FOLDER FILE.tar.gz
# Only names and contents count: times, owners and the order on the disk do not get in.
set -euo pipefail
export LC_ALL=C.UTF-8
folder=$(realpath "$1")
out=$(realpath -m "$2")
epoch=${SOURCE_DATE_EPOCH:-0}

(cd "$folder" && find . -type f ! -name SHA256SUMS -print0 | sort --zero-terminated | xargs -0 sha256sum >SHA256SUMS)
find "$folder" -type d -exec chmod 755 {} +
find "$folder" -type f -exec chmod 644 {} +
find "$folder" -type f -name '*.sh' -exec chmod 755 {} +
tar --create --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=gnu \
  --directory "$(dirname "$folder")" "$(basename "$folder")" | gzip --no-name >"$out"
(cd "$(dirname "$out")" && sha256sum "$(basename "$out")" >"$(basename "$out").sha256")
