# The commands of gridplan. `make demo` and `make test` need Python 3.11, git and make; they bring the rest.
PYTHON ?= python3
VENV   := .venv
# One more than the cores of a small machine, as tests often wait for servers, browsers and disks. Each worker has a PostGIS
# server and a browser of its own: about 1 GB.
WORKERS ?= 3
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Bytecode is kept whatever the shell says: workers and the programs that tests start would else compile every file anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench clean

demo: $(VENV)/.installed  ## plan real Helsinki into out/demo
	$(BIN)/gridplan demo --out out/demo

test: $(VENV)/.installed-dev  ## pass the whole suite, on a real PostGIS and a real browser
	$(BIN)/python -m tests.provide
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal --durations 20

check: $(VENV)/.installed-dev  ## what CI checks besides the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-bench  ## measure gridplan beside its peers
	$(BIN)/python -m benchmarks.cells
	$(BIN)/python -m benchmarks.partition
	$(BIN)/python -m benchmarks.repair
	$(BIN)/python -m benchmarks.schemes
	$(BIN)/python -m benchmarks.datum
	$(BIN)/python -m benchmarks.editor --grids 1000
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.api
	$(BIN)/python -m benchmarks.api.kill
	$(BIN)/python -m benchmarks.api.edits
	$(BIN)/python -m benchmarks.api.soak
	$(BIN)/python -m benchmarks.redraw
	$(BIN)/python -m benchmarks.coverage
	$(BIN)/python -m benchmarks.coverage.sites
	$(BIN)/python -m benchmarks.incident_pages
	$(BIN)/python -m benchmarks.incident_tables

clean:  ## remove what was built
	rm -rf $(VENV) out build *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gridplan needs Python 3.11 or newer; name one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3-venv is missing; installing it with apt-get"; \
	  $$([ $$(id -u) = 0 ] || echo sudo) apt-get install --yes --quiet python3-venv && $(PYTHON) -m venv $(VENV); } \
	  || { rm -rf $(VENV); echo "No virtual environment could be made. Install Debian's python3-venv, then run make again."; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $(VENV)/.installed $@

# k-means-constrained needs an older protobuf than the rest, so it has an environment of its own.
# The servers that the service is measured beside have one too.
$(VENV)/.installed-bench: $(VENV)/.installed-dev benchmarks/partition/peers.txt benchmarks/coverage/peers.txt benchmarks/api/peers.txt
	$(PIP) --editable '.[bench]'
	$(BIN)/python -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/partition/peers.txt --requirement benchmarks/coverage/peers.txt
	$(BIN)/python -m venv $(VENV)/peers-api
	$(VENV)/peers-api/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/api/peers.txt
	@touch $@
