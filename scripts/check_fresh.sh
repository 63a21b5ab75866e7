#!/usr/bin/env bash
# Fails when what is generated no longer matches what it is generated from. Run by `make check`.
set -euo pipefail
cd "$(dirname "$0")/.."
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
status=0

scripts/generate_protos.sh "$stubs"
if ! diff --recursive --brief --exclude=__pycache__ "$stubs/parley" libs/protos/parley >&2; then
  echo "libs/protos is out of step with protos; run \`make protos\`" >&2
  status=1
fi
scripts/lock.sh --check || status=1
exit $status
