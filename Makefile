# The only door: `make demo` and `make test` do everything; the rest is for people who change Pinnace.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check fix oracle bench lock clean

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/demo.stamp  ## a git push, an upload and a webhook each train a model
	@$(BIN)/pinnace demo

test: $(VENV)/test.stamp  ## the whole suite, from nothing
	@$(BIN)/python -m pytest

check: $(VENV)/test.stamp  ## lint, format, types and the direction of imports; changes nothing
	@scripts/check

fix: $(VENV)/test.stamp  ## repair what check finds and a machine can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

oracle: $(VENV)/test.stamp  ## hold the languages against Go's own, 20,000 fresh cases each (needs Go)
	@$(BIN)/python -m tests.oracle.compare

bench: $(VENV)/test.stamp  ## what Pinnace costs, against the least this machine can do (5 min)
	@for each in store events workflows pods api languages; do $(BIN)/python -m benchmarks.$$each || exit 1; done

lock:  ## resolve pyproject.toml's dependencies anew into the two lock files
	@PYTHON=$(PYTHON) scripts/lock

clean:  ## remove the environment and all state of this folder
	@if [ -x $(BIN)/pinnace ]; then $(BIN)/pinnace down; fi
	@rm -rf $(VENV) .pinnace build *.egg-info

$(VENV)/demo.stamp: scripts/install requirements.lock pyproject.toml
	@PYTHON=$(PYTHON) scripts/install demo
	@touch $@

$(VENV)/test.stamp: scripts/install requirements.lock requirements-dev.lock pyproject.toml
	@PYTHON=$(PYTHON) scripts/install test
	@touch $@
