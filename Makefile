# make run and make test set everything up by themselves: they need Python 3.11 or later, and make.

PYTHON ?= $(shell for each in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$each -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: run test lint bench worst screenshots fixtures clients clean

run: $(VENV)/.run  ## Serve on http://127.0.0.1:8080; more options: make run ARGS="--strict --port 9000"
	@exec $(BIN)/vipps-mockserver serve $(ARGS)

test: $(VENV)/.test  ## Run all tests that this machine can
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.dev  ## Style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test  ## Measure speed and memory against a bare Starlette server
	@$(BIN)/python -m bench $(ARGS)

worst: $(VENV)/.test  ## Search the request that holds up all others longest; some paths only: make worst ARGS=/epayment/
	@$(BIN)/python -m bench.worst $(ARGS)

screenshots: $(VENV)/.dev  ## Take the pictures of the README again; needs Chromium
	@SCREENSHOTS=build/screenshots $(BIN)/python -m pytest -q -m browser tests/end_to_end
	@cp build/screenshots/landing.png docs/images/landing-page.png
	@cp build/screenshots/portal-submitted.png docs/images/portal.png
	@cp build/screenshots/dashboard-scripts-live.png docs/images/dashboard.png

fixtures: $(VENV)/.run  ## Package fixtures/ again, after a change to it
	@$(BIN)/python -m tools.package

clients: $(VENV)/.run  ## Make the clients for other languages again, after a change to the control API
	@$(BIN)/python -m tools.clients

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, with venv and pip (Debian: apt install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

$(VENV)/.dev: $(VENV)/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
