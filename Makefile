# make verify   set everything up and run the ledger of proofs, with its tables
# make test     set everything up and run the tests
# Both need only Python >= 3.11 and make; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT := build/ledger
# Tests and proofs run in parallel processes: more threads for small matrices only fight for cores.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: setup verify test test-slow lint docs bench clean

setup: $(STAMP)

# The stamp is written last: an interrupted installation is taken up again.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "slt_symbolic needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,lint]'
	touch $@

verify: setup
	mkdir -p $(OUT)
	$(BIN)/slt-symbolic verify --json $(OUT)/ledger.json --latex $(OUT) --report $(OUT) \
	  --journal $(OUT)/journal.jsonl --resume

test: setup
	$(BIN)/python -m pytest -n auto -m 'not slow'

test-slow: setup
	$(BIN)/python -m pytest -n auto -m slow

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

bench: setup
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf build dist docs/_build docs/generated .pytest_cache .mypy_cache .ruff_cache .hypothesis
