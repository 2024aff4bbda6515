# Needs make and Python 3.11 or newer with venv and pip; each target sets up its own virtual environment.

ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif
UV ?= uv
SOURCES := $(shell find adapters connector mappings sandbox -type f -not -name '*.pyc')
PIP = python -m pip --disable-pip-version-check install --quiet
LOCK = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

.PHONY: demo test test-slow hostile hostile-long storm benchmarks lint audit lock clean python

demo: .venv-demo/.project
	.venv-demo/bin/playmaker demo

test: .venv/.project
	.venv/bin/pytest -n 3 --dist worksteal -m "not slow and not hostile"

test-slow: .venv/.project
	.venv/bin/pytest -n 2 -m slow

# What docs/hostile-world.md describes: about two minutes; for SECONDS on each CRM; for RUNS of each kind on each CRM.
hostile: .venv/.project
	.venv/bin/pytest -n 2 -m hostile -rP

hostile-long: SECONDS ?= 3600
hostile-long: .venv/.project
	HOSTILE_SECONDS=$(SECONDS) HOSTILE_SHRINK=yes .venv/bin/pytest -n 2 -m hostile -rP tests/hostile/test_hostile_world.py

storm: RUNS ?= 500
storm: .venv/.project
	.venv/bin/python tests/hostile/storm.py --runs $(RUNS)

# All KPIs against a bare cursor; about five minutes. DATABASE=postgresql measures on PostgreSQL.
benchmarks: DATABASE ?= sqlite
benchmarks: .venv/.project
	.venv/bin/python tests/benchmarks/speed.py --database $(DATABASE)

lint: .venv/.project
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

# Needs the advisories of PyPI; --strict: a package about which they cannot be had is no pass.
audit: .venv-audit/.lock
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.lock

lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it, or say UV=/path/to/uv" >&2; exit 1; }
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group audit -o requirements-audit.lock

clean:
	rm -rf .venv .venv-demo .venv-audit

# Only the demo's copy of the project is a copy; the tests run on the checkout itself.
.venv-demo/.project: .venv-demo/.lock pyproject.toml $(SOURCES)
	.venv-demo/bin/$(PIP) --no-deps --no-build-isolation --force-reinstall .
	@touch $@

.venv/.project: .venv/.lock pyproject.toml
	.venv/bin/$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv-demo/.lock: requirements.lock | python
.venv/.lock: requirements-dev.lock | python
.venv-audit/.lock: requirements-audit.lock | python
.venv-demo/.lock .venv/.lock .venv-audit/.lock:
	@$(PYTHON) -m venv --clear $(@D) || \
		{ rm -rf $(@D); echo "$(PYTHON) cannot make a virtual environment: install its venv package (python3-venv)" >&2; exit 1; }
	$(@D)/bin/$(PIP) --require-hashes -r $<
	@touch $@

python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed: install it, or say PYTHON=/path/to/python3.11" >&2; exit 1; }
