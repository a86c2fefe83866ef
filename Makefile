# Everything runs in .venv, which is built when it is missing or older than pyproject.toml. Needed: python3 (3.11 or newer), make.

SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.made-from-pyproject
ARGS ?=
JOBS ?= 4

.PHONY: help demo test check format messages peers bench screenshot wheel clean

help:
	@echo "make demo        open the console on a made-up desk; touches nothing of yours"
	@echo "make test        run every test (ARGS='-k outbox' some of them; DESKTERM_LONG=1 the long forms)"
	@echo "make check       ruff, format, mypy --strict, import contracts, catalogues"
	@echo "make format      let ruff put the code into its form"
	@echo "make messages    carry new words of the interface into the catalogues, and compile them"
	@echo "make peers       install the mail server that some tests talk to (apt)"
	@echo "make bench       measure against the goals (SIZE=1000000 in full, ROUNDS=5, ARGS=keys one part)"
	@echo "make screenshot  draw docs/screenshot.svg from the demo desk"
	@echo "make wheel       build the wheel into dist/"
	@echo "make clean       remove what the targets above made, except .venv"

$(STAMP): pyproject.toml scripts/venv.sh
	@sh scripts/venv.sh
	@touch $@

demo: $(STAMP)
	@$(BIN)/deskterm demo $(ARGS)

test: $(STAMP)
	@$(BIN)/python -m pytest -rs -n $(JOBS) --dist worksteal $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/messages.py --check

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(STAMP)
	$(BIN)/python scripts/messages.py

peers:
	@sh scripts/peers.sh

bench: $(STAMP)
	@$(BIN)/python -m bench $(ARGS)

screenshot: $(STAMP)
	@$(BIN)/python scripts/screenshot.py docs/screenshot.svg $(ARGS)

wheel: $(STAMP)
	$(BIN)/python -m build --wheel

clean:
	rm -rf dist build bench-out .mypy_cache .ruff_cache .import_linter_cache .hypothesis
