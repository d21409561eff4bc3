# Heardback. `make run` starts it, `make test` tests it; both need only make and Python >= 3.11.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test pictures check format bench browser mail messages catalogue lock letter-fonts \
	sbom clean

BIN := .venv/bin
# Any Python can start bootstrap.py; it looks for one that is new enough by itself.
STARTERS := $(PYTHON) python3 python3.13 python3.12 python3.11 python
START = $(firstword $(foreach name,$(STARTERS),$(shell command -v $(name) 2>/dev/null)))
BOOTSTRAP = $(or $(START),$(error no Python found; install python3 (3.11 or newer))) bootstrap.py
CODE := recruiting migrations tests benchmarks config.py wsgi.py bootstrap.py sbom.py
# Tests call with bundles of arguments that no checker can follow; running them is their check.
TYPED := $(filter-out tests migrations,$(CODE))
WORKERS ?= 2
LOCK_HOW := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url

# Lazy words; Babel knows the others by itself.
WORDS := _l lazy_gettext lazy_ngettext:1,2 lazy_pgettext:1c,2 lazy_npgettext:1c,2,3
TEMPLATE := build/messages.pot
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/runtime.stamp messages  ## prepare .venv and the translations, nothing else

run: setup  ## start web server and worker, with demonstration data at the first start
	@exec $(BIN)/flask up

test: .venv/dev.stamp messages browser mail check  ## check, then every test on SQLite, PostgreSQL and in a browser
	$(BIN)/pytest -n $(WORKERS) --database both

pictures: .venv/dev.stamp messages browser  ## every page in every look, as files in instance/screenshots/
	PICTURES=1 $(BIN)/pytest -n $(WORKERS) -m browser

check: .venv/dev.stamp  ## format, lint, types, templates
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ty check $(TYPED)
	$(BIN)/djlint --lint --quiet templates

format: .venv/dev.stamp  ## put the code into the house's form
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv-bench/bench.stamp messages  ## measure, beside the limits
	.venv-bench/bin/python -m benchmarks

browser: .venv/dev.stamp  ## find a Chromium for the browser tests, or install one
	@$(BOOTSTRAP) browser || test -z "$$REQUIRE_BROWSER"

mail:  ## find a Dovecot for the tests of mail, or install one
	@$(BOOTSTRAP) mail

messages: $(CATALOGUES)  ## compile the translations

%.mo: %.po | .venv/runtime.stamp
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(word 2,$(subst /, ,$<))

catalogue: .venv/runtime.stamp  ## collect new words of the sources for the translators
	@mkdir -p $(dir $(TEMPLATE))
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords '$(WORDS)' --no-location \
		--sort-output --output-file $(TEMPLATE) .
	$(BIN)/pybabel --quiet update --input-file $(TEMPLATE) --output-dir translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock:  ## renew the lock files from pyproject.toml (needs uv)
	uv pip compile pyproject.toml $(LOCK_HOW) --output-file requirements.lock
	uv pip compile pyproject.toml $(LOCK_HOW) --group dev --output-file requirements-dev.lock
	uv pip compile pyproject.toml $(LOCK_HOW) --group bench --constraint requirements.lock \
		--output-file requirements-bench.lock

# What German and English are written with, as in static/css/faces.css. Whoever cuts anew counts on: fonts are
# kept for a year under their names.
CUT := 1
LETTERS := U+0020-007E,U+00A0,U+00A7,U+00AB,U+00AD,U+00B7,U+00BB,U+00C0-00FF,U+2013-2014,$(\
	)U+2018-201A,U+201C-201E,U+2022,U+2026,U+2039-203A,U+20AC,U+2212
cut = fonttools varLib.instancer --quiet --no-recalc-timestamp static/fonts/$(1)-latin.woff2 wght=$(2) \
	--output build/$(1).ttf && \
	pyftsubset build/$(1).ttf --unicodes=$(LETTERS) --layout-features=kern,tnum \
	--drop-tables+=STAT,MVAR,gasp --no-hinting --no-recalc-timestamp \
	--flavor=woff2 --output-file=static/fonts/$(1)-letter-$(CUT).woff2

letter-fonts:  ## cut the fonts of candidates' pages from the whole ones (needs fonttools and brotli)
	@mkdir -p build
	$(call cut,inter-5.3.0,400:600)
	$(call cut,newsreader-5.3.0,500)

sbom: .venv/runtime.stamp  ## list the packages of the product as CycloneDX in build/
	$(BIN)/python sbom.py

clean:  ## remove .venv and what tools left behind; the data in instance/ stay
	rm -rf .venv .venv-bench .pytest_cache .ruff_cache .hypothesis
	find recruiting tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: requirements.lock bootstrap.py
	@$(BOOTSTRAP) runtime
	@touch $@

.venv/dev.stamp: requirements-dev.lock bootstrap.py
	@$(BOOTSTRAP) dev
	@touch $@ .venv/runtime.stamp

.venv-bench/bench.stamp: requirements-bench.lock bootstrap.py
	@$(BOOTSTRAP) bench
	@touch $@
