# kbcentre: `make run` starts the demo centre, `make test` proves that it works. Nothing but Python 3.11 is needed for `run`.

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= data
VENV := .venv/bin
# Two workers: the browser tests keep both cores of a small machine busy. What is skipped is listed with its reason.
PYTEST := $(VENV)/python -m pytest -q -n 2 --dist worksteal -rs --durations=40
COMPILE = $(VENV)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-header --no-annotate $(ARGS)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run environment services test lint format bundle messages test-sqlite test-postgres bench screenshots lock

help:
	@echo "make run      start the demo centre on http://127.0.0.1:$(PORT) (PORT=, DATA_DIR=)"
	@echo "make test     every check and every test, on SQLite and on PostgreSQL"
	@echo "make bench    the measurements, each beside its baseline"
	@echo "make screenshots  pictures of every page, in both themes and widths (ARGS=\"search home --language sv\")"
	@echo "make lint     ruff, mypy, and whether static/dist is what static/src builds"
	@echo "make format   let ruff rewrite the code"
	@echo "make messages gather the texts of the interface into kbcentre/locale and compile them"
	@echo "make lock     lock the newest allowed versions of what pyproject.toml names"

run:
	@exec $(PYTHON) -m kbcentre.bootstrap run --port "$(PORT)" --data-dir "$(DATA_DIR)"

environment:
	@$(PYTHON) -m kbcentre.bootstrap environment --dev

services:
	@$(PYTHON) -m tests.services.install

# One after the other, also under `make -j`: the suite is measured against the clock of one machine. A step that fails
# does not keep the others from saying what they found.
test: environment services
	@failed=; for step in lint test-sqlite test-postgres; do \
		$(MAKE) --no-print-directory $$step || failed="$$failed $$step"; \
	done; test -z "$$failed" || { echo "FAILED:$$failed"; exit 1; }

lint: environment
	$(VENV)/ruff check --quiet .
	$(VENV)/ruff format --check --quiet .
	$(VENV)/mypy
	$(VENV)/python -m tests.services.bundle

format: environment
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

bundle: environment
	$(VENV)/python -m tests.services.bundle --write

messages: environment
	$(VENV)/python -m tests.services.messages

test-sqlite: environment services
	env -u DATABASE_URL $(PYTEST) $(ARGS)

# What uses no database gave the same in the run on SQLite.
test-postgres: environment services
	$(VENV)/python -m tests.services.postgres -- $(PYTEST) --database-only $(ARGS)

bench: environment services
	$(VENV)/python -m tests.bench $(ARGS)

screenshots: environment services
	$(VENV)/python -m tests.gallery.screenshots $(ARGS)

# Keeps what is locked already unless told otherwise: make lock ARGS=--upgrade
lock: environment
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
