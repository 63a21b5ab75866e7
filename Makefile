# Parley. `make run` and `make test` need nothing but Python 3.11; everything goes into .venv.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PACKAGES := libs/protos libs/kit libs/suite services/orchestrator services/gateway services/gmail services/slack sandbox clients/python
TREES := libs/kit libs/suite services sandbox clients tests bench scripts
TYPED := $(dir $(wildcard $(addsuffix /src/*/__init__.py,$(PACKAGES))))

.PHONY: setup run test check bench chaos pictures protos lock format clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock $(addsuffix /pyproject.toml,$(PACKAGES))
	VENV=$(VENV) PYTHON=$(PYTHON) scripts/setup.sh $(PACKAGES)

run: setup
	@$(BIN)/python -m parley_suite

test: setup
	@$(BIN)/python scripts/find_tools.py
	$(BIN)/python -m pytest --numprocesses=2 --no-loadscope-reorder

check: setup
	$(BIN)/ruff format --check $(TREES)
	$(BIN)/ruff check $(TREES)
	$(BIN)/mypy $(TYPED) scripts
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code
	VENV=$(VENV) scripts/check_fresh.sh

bench: setup
	$(BIN)/python -m bench

chaos: setup
	$(BIN)/python -m pytest tests/chaos --chaos-long; status=$$?; \
	$(BIN)/python scripts/fault_figures.py && exit $$status

pictures: setup
	$(BIN)/python -m scripts.pictures

protos: setup
	VENV=$(VENV) scripts/generate_protos.sh

lock: setup
	VENV=$(VENV) scripts/lock.sh

format: setup
	$(BIN)/ruff format $(TREES)
	$(BIN)/ruff check --fix $(TREES)
	$(BIN)/buf format -w

clean:
	rm -rf .run .pytest_cache .mypy_cache .ruff_cache .hypothesis
