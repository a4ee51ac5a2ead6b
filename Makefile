# `make demo` and `make test` do everything on a machine with Python 3.11 and make.
# The first Python that runs and is new enough; name another with `make PYTHON=…`.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test check docs calibrate bench clean

setup: $(READY)

# Versions are pinned by name in constraints.txt; where they come from is the machine's business.
$(READY): pyproject.toml constraints.txt
	@test -n '$(PYTHON)' || { echo 'Lineofsight needs Python 3.11 or newer, and none was found. Say where it is: make PYTHON=/path/to/python3.11 …'; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/los demo demo

check: $(READY)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --cov --cov-report=term:skip-covered

docs: $(READY)
	$(BIN)/mkdocs build --strict

# Slow proofs; their last results are in docs/.
calibrate: $(READY)
	$(BIN)/python -m benchmarks.calibrate

bench: $(READY)
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.scale

clean:
	rm -rf $(VENV) site demo .coverage
