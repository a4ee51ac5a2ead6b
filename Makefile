# `make demo` and `make test` do everything on a machine with Python 3.11 and make.
# The first Python that runs and is new enough; name another with `make PYTHON=…`.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo style check test coverage docs calibrate bench mutants fuzz wheel hooks clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## set up .venv with all that developers need

# Versions are pinned by name in constraints.txt; where they come from is the machine's business.
$(READY): pyproject.toml constraints.txt
	@test -n '$(PYTHON)' || { echo 'Lineofsight needs Python 3.11 or newer, and none was found. Say where it is: make PYTHON=/path/to/python3.11 …'; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY) ## simulate a company, run it, write demo/report.html
	$(BIN)/los demo demo

style: $(READY) ## check style and format
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/ruff format --check src tests benchmarks tools

check: style ## check style, types and imports
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: check ## check, then run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

coverage: $(READY) ## run all tests, and see which lines they do not run
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --cov --cov-report=term:skip-covered

docs: $(READY) ## build the documentation into site/
	$(BIN)/mkdocs build --strict

# Slow proofs; their last results are in docs/.
calibrate: $(READY) ## prove bias and coverage on simulated companies (hours)
	$(BIN)/python -m benchmarks.calibrate

bench: $(READY) ## measure speed and scale (hours)
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.scale

mutants: $(READY) ## change the code in 100 places: do tests notice? (20 minutes)
	$(BIN)/python -m benchmarks.mutants

fuzz: $(READY) ## spoil 10,000 project files and 1,000 data files: no traceback (minutes)
	$(BIN)/python -m benchmarks.fuzz

# What an earlier build left in build/ would be packed again.
wheel: $(READY) ## build the wheel into dist/
	rm -rf build
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

hooks: $(READY) ## check style before each commit, everything before each push
	$(BIN)/pre-commit install

clean: ## remove .venv and all that was made
	rm -rf $(VENV) build dist site demo .coverage .mutants
