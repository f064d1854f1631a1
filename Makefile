BIN := $(if $(wildcard .venv/bin/python),.venv/bin/,)
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help install check format lint types layers test proof bench docs fix constraints

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## make .venv with everything in it
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --constraint constraints.txt --editable '.[dev]'

check: format lint types layers test ## everything a change must pass; the docs are tests too

format: ## is the code formatted?
	$(BIN)ruff format --check .

lint: ## does it keep the rules?
	$(BIN)ruff check .

types: ## do the types agree?
	$(BIN)mypy

layers: ## does every import go down?
	$(BIN)lint-imports --no-logo

test: ## the tests, README and docs included
	$(BIN)pytest

proof: ## the same tests at full counts: minutes
	SIMULATOR_PROOF=1 $(BIN)pytest

bench: ## measure: runs every file in benchmarks/
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; $(BIN)python "$$script"; done

docs: ## write the parts of docs/ that the program itself writes
	PYTHONPATH=. $(BIN)python tests/generated_docs.py

fix: ## format, and repair what can be repaired
	$(BIN)ruff check --fix .
	$(BIN)ruff format .

constraints: ## pin the newest versions that fit (needs uv)
	$(BIN)uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
		--no-header --no-annotate --no-emit-index-url --no-emit-package pip \
		--output-file constraints.txt
