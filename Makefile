# Heardback. `make run` starts it, `make test` tests it; both need only make and Python >= 3.11.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test check format bench browser messages lock clean

BIN := .venv/bin
# Any Python can start bootstrap.py; it looks for one that is new enough by itself.
STARTERS := $(PYTHON) python3 python3.13 python3.12 python3.11 python
START = $(firstword $(foreach name,$(STARTERS),$(shell command -v $(name) 2>/dev/null)))
BOOTSTRAP = $(or $(START),$(error no Python found; install python3 (3.11 or newer))) bootstrap.py
CODE := recruiting migrations tests benchmarks config.py wsgi.py bootstrap.py
WORKERS ?= 2
LOCK_HOW := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/runtime.stamp messages  ## prepare .venv and the translations, nothing else

run: setup  ## start web server and worker, with demonstration data at the first start
	@exec $(BIN)/flask up

test: .venv/dev.stamp messages browser check  ## check, then every test on SQLite, PostgreSQL and in a browser
	$(BIN)/pytest -n $(WORKERS) --database both

check: .venv/dev.stamp  ## format, lint, types, templates
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ty check $(CODE)
	$(BIN)/djlint --lint --quiet templates

format: .venv/dev.stamp  ## put the code into the house's form
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv/dev.stamp messages  ## measure, beside the limits
	$(BIN)/python -m benchmarks

browser: .venv/dev.stamp  ## find a Chromium for the browser tests, or install one
	@$(BOOTSTRAP) browser || test -z "$$REQUIRE_BROWSER"

messages: $(CATALOGUES)  ## compile the translations

%.mo: %.po | .venv/runtime.stamp
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(word 2,$(subst /, ,$<))

lock:  ## renew the lock files from pyproject.toml (needs uv)
	uv pip compile pyproject.toml $(LOCK_HOW) --output-file requirements.lock
	uv pip compile pyproject.toml $(LOCK_HOW) --group dev --output-file requirements-dev.lock

clean:  ## remove .venv and what tools left behind; the data in instance/ stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	find recruiting tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: requirements.lock bootstrap.py
	@$(BOOTSTRAP) runtime
	@touch $@

.venv/dev.stamp: requirements-dev.lock bootstrap.py
	@$(BOOTSTRAP) dev
	@touch $@ .venv/runtime.stamp
