# Lessor: `make run` underwrites a deal, bills a lease and serves both, `make test` checks everything.
# Needs git, make, Python 3.11 or later and its venv module.

PYTHON ?= python3
UV ?= uv
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet
PINNED := $(PIP_INSTALL) --require-hashes --only-binary :all:
EXAMPLE := examples/b300-10k
RESULTS := out/b300-10k
BILLED := examples/token-lease
STORE := out/token-lease
SHOWN := $(EXAMPLE)/deal.yaml examples/spv-finance-lease/deal.yaml examples/h200-64/deal.yaml
UNDERWRITE_ARGS = $(filter-out --no-serve,$(ARGS))

# Debian packages that tests use where they are there; `make test` installs them under LESSOR_APT=1.
# postgresql: the tests of the records start a server of their own. default-jre-headless: for Spark.
# libreoffice-calc: recalculates the workbook. chromium: the pages, as a person sees them.
# fonts-noto-cjk: Chinese documents.
SYSTEM_PACKAGES := postgresql default-jre-headless libreoffice-calc chromium fonts-noto-cjk
POLICY := /usr/sbin/policy-rc.d

.PHONY: help run test lint layout types tests contract format setup system lock clean

help:
	@echo 'make run    underwrite $(EXAMPLE)/deal.yaml, check its claim, write both under $(RESULTS)/;'
	@echo '            the memo and the workbook of it, too; book $(BILLED)/deal.yaml, load its'
	@echo '            usage, close two months, show and print the invoice; serve it all in a browser'
	@echo '            ARGS=--no-serve stops before serving; ARGS="--periods" (or any other option of'
	@echo '            lessor underwrite) is handed on'
	@echo 'make test   everything that passes the tests: lint, types, tests with the import contract'
	@echo '            ARGS="-k claim" (or any other option of pytest) is handed on'
	@echo 'make setup  the virtual environment in $(VENV)/, with what the tests need'
	@echo 'make format sort imports and lay out the code'
	@echo 'make lock   pin requirements/*.in again (needs uv; ARGS=--upgrade takes newer versions)'
	@echo 'make clean  remove $(VENV)/, out/ and the caches'
	@echo 'PYTHON=python3.12 chooses the interpreter that $(VENV)/ is made with'

run: $(VENV)/.installed-run
	@mkdir -p $(RESULTS) && rm -f $(RESULTS)/*
	$(BIN)/lessor underwrite $(EXAMPLE)/deal.yaml $(UNDERWRITE_ARGS)
	$(BIN)/lessor check-claim $(EXAMPLE)/claim.yaml
	$(BIN)/lessor underwrite $(EXAMPLE)/deal.yaml $(UNDERWRITE_ARGS) --json > $(RESULTS)/underwrite.json
	$(BIN)/lessor check-claim $(EXAMPLE)/claim.yaml --json > $(RESULTS)/claim.json
	@echo 'written: $(RESULTS)/underwrite.json, $(RESULTS)/claim.json'
	$(BIN)/lessor report $(EXAMPLE)/deal.yaml --claim $(EXAMPLE)/claim.yaml -o $(RESULTS)/report.html
	$(BIN)/lessor report $(EXAMPLE)/deal.yaml --claim $(EXAMPLE)/claim.yaml -o $(RESULTS)/report.pdf
	$(BIN)/lessor workbook $(EXAMPLE)/deal.yaml -o $(RESULTS)/deal.xlsx
	$(BIN)/lessor init --store $(STORE)
	$(BIN)/lessor keep $(SHOWN) --store $(STORE)
	$(BIN)/lessor book $(BILLED)/deal.yaml --from-beginning --store $(STORE)
	$(BIN)/lessor usage load $(BILLED)/trace.csv --map azure-llm --lease chat --store $(STORE)
	$(BIN)/lessor usage load $(BILLED)/downtime.ndjson --store $(STORE)
	$(BIN)/lessor close 2026-05 --date 2026-06-01 --store $(STORE)
	$(BIN)/lessor close 2026-06 --date 2026-07-01 --store $(STORE)
	$(BIN)/lessor invoice show COMPUTE-LESSOR-2026-000002 --store $(STORE)
	$(BIN)/lessor invoice print COMPUTE-LESSOR-2026-000002 -o $(RESULTS)/invoice.pdf --store $(STORE)
ifeq (,$(filter --no-serve,$(ARGS)))
	$(BIN)/lessor serve --store $(STORE)
endif

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
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadgroup -rs $(ARGS)

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

# Spark comes as source alone and is half a gigabyte: only where system packages may come too, for
# it needs Java. Without it its tests say what was not run.
ifeq ($(LESSOR_APT),1)
test: $(VENV)/.installed-spark
endif

$(VENV)/.installed-spark: requirements/spark-build.txt requirements/spark.txt $(VENV)/.installed-test
	$(PINNED) -r requirements/spark-build.txt
	$(PINNED) --no-binary pyspark --no-build-isolation -r requirements/spark.txt
	@touch $@

# Debian starts a daemon when it is installed, unless this policy says no (101); it goes when the
# installation ends, and one that is there already is left as it is.
system:
ifeq ($(LESSOR_APT),1)
	apt-get update
	@set -e; if [ ! -e $(POLICY) ]; then \
	  trap 'rm -f $(POLICY)' EXIT; trap 'exit 1' HUP INT TERM; \
	  printf '#!/bin/sh\nexit 101\n' > $(POLICY); chmod 755 $(POLICY); \
	fi; \
	DEBIAN_FRONTEND=noninteractive \
	  apt-get install --yes --no-install-recommends $(SYSTEM_PACKAGES)
endif

# For every platform and Python from 3.11 on, and without the address of any registry.
lock:
	for part in build run test spark-build spark; do \
	  $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --fork-strategy fewest --no-header --no-emit-index-url --no-emit-find-links $(ARGS) \
	    --output-file requirements/$$part.txt requirements/$$part.in || exit 1; \
	done

clean:
	rm -rf $(VENV) out .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -exec rm -rf {} +
