# Every command sets up what it lacks first. ARGS=... goes to the program behind it.
VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN = $(VENV)/bin
SETUP = @$(if $(PYTHON),$(PYTHON) scripts/setup.py --venv $(VENV),echo 'Leadloop needs Python 3.11 or newer (PYTHON=/path/to/python make ...).'; exit 1;)
LANES ?=
DATABASES ?=

.DEFAULT_GOAL := help
.PHONY: help run demo setup test check format bench lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: ## serve http://127.0.0.1:8000 (LEADLOOP_PORT), with a demo on an empty install (LEADLOOP_DEMO=yes or no answers ahead)
	$(SETUP) run
	@exec $(BIN)/leadloop serve --offer-demo $(ARGS)

demo: ## put the demo funnel and its people into the install
	$(SETUP) run
	@$(BIN)/leadloop demo $(ARGS)

setup: ## everything at once: tools, front end and, as root on Debian, Chromium, PostgreSQL and wrk
	$(SETUP) all

test: ## all tests on SQLite and on PostgreSQL (ARGS="tests/leads -k merge", LANES=quick,fuzz,browser,faults DATABASES=sqlite,postgresql)
	$(SETUP) test
	@$(BIN)/python scripts/test.py $(if $(LANES),--lanes "$(LANES)") $(if $(DATABASES),--databases "$(DATABASES)") $(ARGS)

check: ## format, lint, types, imports, templates, migrations, house rules
	$(SETUP) test
	@$(BIN)/python scripts/check.py

format: ## put code and templates into the house's form
	$(SETUP) test
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@find leadloop -path '*/templates/*' -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

bench: ## speed and memory beside the limits of this machine
	$(SETUP) all
	@$(BIN)/python -m benchmarks $(ARGS)

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(ARGS)
lock: ## write the lock files again (ARGS=--upgrade for newer versions)
	$(SETUP) test
	$(COMPILE) requirements/core.in requirements/postgres.in requirements/build.in -o requirements/core.lock.txt
	$(COMPILE) requirements/dev.in -c requirements/core.lock.txt -o requirements/dev.lock.txt
	$(COMPILE) requirements/node.in -o requirements/node.lock.txt
	npm install --package-lock-only --ignore-scripts

clean: ## remove what was set up and built; var/ with its data stays
	rm -rf $(VENV) $(VENV).lock node_modules leadloop/static/dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
