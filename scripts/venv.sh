#!/bin/sh
# Build .venv, or bring it up to pyproject.toml. PYTHON names the interpreter; otherwise the first that is new enough is taken.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    echo "deskterm needs Python 3.11 or newer; ${PYTHON:-python3} is not. Name another: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
}

# A virtual environment whose Python was upgraded or removed does not run any more: it is made anew.
if ! new_enough .venv/bin/python; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
    echo "building .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
fi
echo "installing what pyproject.toml names into .venv ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
