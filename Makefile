# Lessor: `make run` underwrites the example deal, `make test` checks everything. Needs git, make,
# Python 3.11 or later and its venv module.

PYTHON ?= python3
UV ?= uv
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet
PINNED := $(PIP_INSTALL) --require-hashes --only-binary :all:
EXAMPLE := examples/b300-10k
RESULTS := out/b300-10k

# Debian packages that tests use where they are there; `make test` installs them under LESSOR_APT=1.
# None is needed yet. The first one that brings a daemon must also keep it from starting (policy-rc.d).
SYSTEM_PACKAGES :=

.PHONY: help run test lint layout types tests contract format setup system lock clean

help:
	@echo 'make run    underwrite $(EXAMPLE)/deal.yaml, check its claim, write both under $(RESULTS)/'
	@echo '            ARGS="--periods" (or any other option of lessor underwrite) is handed on'
	@echo 'make test   everything that passes the tests: lint, types, tests with the import contract'
	@echo '            ARGS="-k claim" (or any other option of pytest) is handed on'
	@echo 'make setup  the virtual environment in $(VENV)/, with what the tests need'
	@echo 'make format sort imports and lay out the code'
	@echo 'make lock   pin requirements/*.in again (needs uv; ARGS=--upgrade takes newer versions)'
	@echo 'make clean  remove $(VENV)/, out/ and the caches'
	@echo 'PYTHON=python3.12 chooses the interpreter that $(VENV)/ is made with'

run: $(VENV)/.installed-run
	@mkdir -p $(RESULTS)
	$(BIN)/lessor underwrite $(EXAMPLE)/deal.yaml $(ARGS)
	$(BIN)/lessor check-claim $(EXAMPLE)/claim.yaml
	$(BIN)/lessor underwrite $(EXAMPLE)/deal.yaml $(ARGS) --json > $(RESULTS)/underwrite.json
	$(BIN)/lessor check-claim $(EXAMPLE)/claim.yaml --json > $(RESULTS)/claim.json
	@echo 'written: $(RESULTS)/underwrite.json, $(RESULTS)/claim.json'

# One check that fails does not hide the next: all are run, and any failure is the result.
test: setup system
	@$(MAKE) --no-print-directory --keep-going lint layout types tests

lint: setup
	$(BIN)/ruff check

layout: setup
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

# The import contract is one of these tests (tests/house). `-rs` lists what was skipped, and why.
tests: setup
	$(BIN)/python -m pytest -n auto --maxprocesses 8 -rs $(ARGS)

contract: setup
	$(BIN)/lint-imports --no-cache

format: setup
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

setup: $(VENV)/.installed-test

$(BIN)/python:
	@command -v $(PYTHON) > /dev/null || \
	  { echo 'No $(PYTHON) here. Lessor needs Python 3.11 or later: make PYTHON=/path/to/python' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Lessor needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	         'Name a later one: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
	  { echo '$(PYTHON) has no venv module. On Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.installed-run: requirements/build.txt requirements/run.txt pyproject.toml | $(BIN)/python
	$(PINNED) -r requirements/build.txt -r requirements/run.txt
	$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-test: requirements/test.txt $(VENV)/.installed-run
	$(PINNED) -r requirements/test.txt
	@touch $@

system:
ifeq ($(LESSOR_APT),1)
ifneq ($(strip $(SYSTEM_PACKAGES)),)
	apt-get update
	apt-get install --yes --no-install-recommends $(SYSTEM_PACKAGES)
endif
endif

# For every platform and Python from 3.11 on, and without the address of any registry.
lock:
	for part in build run test; do \
	  $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --fork-strategy fewest --no-header --no-emit-index-url --no-emit-find-links $(ARGS) \
	    --output-file requirements/$$part.txt requirements/$$part.in || exit 1; \
	done

clean:
	rm -rf $(VENV) out .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -exec rm -rf {} +
