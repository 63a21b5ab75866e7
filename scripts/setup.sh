#!/usr/bin/env bash
# Makes the virtual environment and installs the locked versions and our own packages. Run by `make`.
#
#   scripts/setup.sh PACKAGE_FOLDER…
#
# Needs Python 3.11 or newer. Works where `python3 -m venv` comes without pip, as on a bare Debian.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
bin=$venv/bin
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 python3; do
    if is_new_enough "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "Parley needs Python 3.11 or newer; set PYTHON to one, as in \`make setup PYTHON=python3.12\`" >&2
  return 1
}

make_venv() {
  local python
  python=$(find_python)
  "$python" -m venv "$venv" >/dev/null 2>&1 || "$python" -m venv --without-pip "$venv"
}

get_pip() {
  "$bin/python" -m pip --version >/dev/null 2>&1 && return
  "$bin/python" -m ensurepip --default-pip >/dev/null 2>&1 && return
  "$(find_python)" -m pip --python "$bin/python" install --quiet pip >/dev/null 2>&1 && return
  if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; then
    echo "this Python has no pip; installing python3-venv with apt-get" >&2
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q python3-venv >/dev/null 2>&1 || true
    "$bin/python" -m ensurepip --default-pip >/dev/null 2>&1 && return
  fi
  echo "this Python has no pip: install it (on Debian \`apt-get install python3-venv\`)" >&2
  return 1
}

get_uv() {
  local wanted
  wanted=$(grep -oE '^uv==[0-9.]+' requirements.lock)
  [[ "uv==$("$bin/uv" --version 2>/dev/null | cut -d' ' -f2)" == "$wanted" ]] && return
  get_pip
  "$bin/python" -m pip install --quiet --disable-pip-version-check "$wanted"
}

test -x "$bin/python" || make_venv
get_uv
"$bin/uv" pip install --quiet --python "$bin/python" --require-hashes -r requirements.lock
"$bin/uv" pip install --quiet --python "$bin/python" --no-deps --no-build-isolation "${@/#/--editable=}"
touch "$venv/.ready"
