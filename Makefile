# Two commands are all a visitor needs: `make serve` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# What the scripts of the pages are made of: a change bundles them anew.
SCRIPTS := hatch_build.py $(wildcard frontend/*.json frontend/*.ts frontend/*.py) $(shell find frontend/src -name '*.ts')

.PHONY: serve build test frontend coverage screenshots lint format clean

serve: $(VENV)/ready
	$(BIN)/medkg demo

build: $(VENV)/ready
	$(BIN)/medkg build

test: $(VENV)/ready-for-tests frontend
	$(BIN)/python -m pytest -n 2 --durations=30

# Which lines and branches the tests reach; it takes nearly twice as long.
coverage: $(VENV)/ready-for-tests
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered

# Bundles the scripts of the pages where they have changed, checks their types and runs their tests.
frontend: $(VENV)/ready-for-tests
	$(BIN)/python frontend/bundle.py --tools
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix frontend run --silent check

# The pictures of the README, from the running product.
screenshots: $(VENV)/ready-for-tests
	$(BIN)/python docs/pictures/take.py

lint: $(VENV)/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/ready-for-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/ready: $(VENV)/bin/python pyproject.toml $(SCRIPTS)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/ready-for-tests: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --editable '.[reasoner]' --group test --group lint
	@sh .ci/install-chromium
	@sh .ci/install-virtuoso
	@touch $@

clean:
	rm -rf $(VENV) var frontend/node_modules src/medkg/web/static/bundle
