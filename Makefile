# One command per intention. Everything sets itself up first; a second time that costs a fraction of a second.
PYTHON ?= python3
PORT   ?= 8000
BENCH  ?= pair

PREPARE := $(PYTHON) tools/prepare.py
PY      := .venv/bin/python
TYPED   := $(wildcard app/playback app/room app/swarm app/peers app/recommend app/session signalling tools \
             tests/support tests/bench tests/conftest.py tests/e2e/conftest.py)

.PHONY: help run site test check unit e2e bench clean
.DEFAULT_GOAL := help

help:
	@echo "make run [PORT=8000]    start Matinee on this machine"
	@echo "make test               set up, check and run every test"
	@echo "make check | unit | e2e only the checks, the tests without a browser, the tests with one"
	@echo "make bench BENCH=pair   measure (boot, pair, swarm, drift, memory, first_frame, sync_rules, recommend, server, fuzz, crash)"
	@echo "make site [SIGNALLING=wss://rooms.example]  build the static site into build/site"
	@echo "make clean              forget everything that was built or fetched"

run:
	@$(PREPARE) run --port="$(PORT)"
	@$(PY) -m signalling build --out build/site
	@exec $(PY) -m signalling serve --port $(PORT)

site:
	@$(PREPARE) site
	@$(PY) -m signalling build --out build/site$(if $(SIGNALLING), --server "$(SIGNALLING)")

check:
	@$(PREPARE) check
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy $(TYPED)

unit:
	@$(PREPARE) unit
	@$(PY) -m pytest --ignore=tests/e2e

e2e:
	@$(PREPARE) test
	@$(PY) -m pytest tests/e2e

test:
	@$(PREPARE) test
	@$(MAKE) --no-print-directory check
	@$(PY) -m tools.run_tests

bench:
	@$(PREPARE) test
	@$(PY) -m tests.bench $(BENCH)

clean:
	rm -rf .venv build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find app signalling tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
