# Every target of the project; `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# No library that is used here may call home or draw in the dark.
export BENTOML_DO_NOT_TRACK := True
export DO_NOT_TRACK := 1
export DVC_NO_ANALYTICS := 1
export MLFLOW_DISABLE_TELEMETRY := true
export MPLBACKEND := Agg
# Libraries keep what Python compiles of them; where that is turned off, every command starts slowly.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:.*## /\t/' | expand -t 20

.PHONY: system
system: ## name the system packages that are missing, and install them if that is allowed
	@./requirements/system.sh

.PHONY: install
install: $(INSTALLED) ## create .venv with the pinned dependencies, and compile the features

# `compat`: the project's folder stands on Python's path. Where a finder maps each package, a folder
# `ledger` that somebody works beside would hide modules of ours that are named like its tables.
$(INSTALLED): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	  || { echo "$(PYTHON) is not Python 3.11 to 3.13. Name one: make install PYTHON=python3.12"; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/uv.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --config-setting editable_mode=compat --editable .
	@$(BIN)/mulerisk compile
	@touch $@

.PHONY: demo
demo: $(INSTALLED) ## from a simulated ledger to a served, explained score
	@PATH="$(CURDIR)/$(BIN):$$PATH" mulerisk demo

.PHONY: serve
serve: $(INSTALLED) ## keep the service up on the demo's data
	@export PATH="$(CURDIR)/$(BIN):$$PATH"; exec mulerisk demo --serve

.PHONY: test
test: $(INSTALLED) ## everything CI runs: style, types, arrows, documentation, tests
	@PATH="$(CURDIR)/$(BIN):$$PATH" pytest -n 2 --dist loadgroup --durations=15

.PHONY: docs
docs: $(INSTALLED) ## write the generated documentation anew
	@$(BIN)/python -m docs.generate

.PHONY: notebook
notebook: $(INSTALLED) ## run the notebooks anew and keep what they show
	@$(BIN)/python -m docs.notebook

.PHONY: messages
messages: $(INSTALLED) ## bring the translators' catalogues in step with the code
	@$(BIN)/python -m docs.messages

bench-%: $(INSTALLED) ## run benchmarks/NAME.py; the last line is one JSON object
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m benchmarks.$*

.PHONY: requirements
requirements: ## pin the dependencies anew, with hashes
	@PATH="$(CURDIR)/$(BIN):$$PATH" ./requirements/compile.sh
