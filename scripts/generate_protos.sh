#!/usr/bin/env bash
# Makes libs/protos from protos: messages, services and their types. Run by `make protos`.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${VENV:-.venv}/bin
out=${1:-libs/protos}
rm -rf "$out/parley"
find protos -name '*.proto' | sort | PATH="$bin:$PATH" xargs "$bin/python" -m grpc_tools.protoc \
  -I protos --python_out="$out" --grpc_python_out="$out" --mypy_out=quiet:"$out" --mypy_grpc_out=quiet,only_async:"$out"
touch "$out/parley/py.typed"
