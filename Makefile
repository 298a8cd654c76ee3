# The commands of the house. `make run` opens it, `make test` proves it; the others are for people who change it.
# The first of these that really runs (a version manager's stand-in may be on PATH and do nothing).
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c '' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: run test faults audit check format messages web worker beat lock clean

run: .venv/demo
	@$(BIN)/python -m flagship.run

test: .venv/dev
	@$(BIN)/python -m pytest -n 2 -m "not serial" tests
	@$(BIN)/python -m pytest -m serial tests

# Every fault on the way to the provider, each after every other: the suite makes an eleventh of them.
faults: .venv/dev
	FAULTS=all $(BIN)/python -m pytest -q tests/provider/test_faults.py

# A quarter of an hour and more; ROUNDS=1 and ONLY=crawl,html,axe,interactions,lighthouse shorten it.
audit: .venv/dev
	@$(BIN)/python -m tests.audit

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python -m flagship.checks

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: .venv/dev
	$(BIN)/python -m flagship.messages update

web: .venv/demo
	$(BIN)/python -m granian --interface wsgi --host 0.0.0.0 --port $(or $(PORT),8000) --workers 2 --blocking-threads 4 --respawn-failed-workers flagship.wsgi:application

worker: .venv/demo
	$(BIN)/python -m celery -A flagship worker -Q default,money --concurrency 2 --loglevel INFO

beat: .venv/demo
	$(BIN)/python -m celery -A flagship beat --schedule var/beat --loglevel INFO

# One virtual environment; each stamp stands for a locked set that is installed in it.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Flagship needs Python 3.11 or 3.12: install one, or name it with make run PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 12) else "Flagship needs Python 3.11 or 3.12; this is %d.%d. Name another with: make run PYTHON=python3.12" % v)'
	@echo "Making .venv with $(PYTHON) …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python could not make a virtual environment; on Debian or Ubuntu: apt install python3-venv"; exit 1; }

.venv/demo: requirements/demo.txt | .venv/bin/python
	@echo "Installing what the house runs on (a minute or two, once) …"
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements/demo.txt
	@touch $@

.venv/dev: requirements/dev.txt | .venv/demo
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

lock:
	sh requirements/lock

clean:
	rm -rf .venv var
