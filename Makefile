# Each target installs first what it needs; after the first install none of them needs the network.
#   make run     everything with demo data; ARGS='--port 8001 ...' is handed to `sterling up`
#   make test    the whole suite; ARGS is handed to pytest
#   make check   lints, types, house rules, migrations
#   make bench   what measures speed
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

BIN := .venv/bin
# The environment holds absolute paths: a copied clone makes its own.
LOCKED := .venv/.locked-$(shell { pwd; cat requirements.lock; } | cksum | cut -d' ' -f1)
LINKED := .venv/.linked-$(shell { pwd; cat pyproject.toml; } | cksum | cut -d' ' -f1)

.PHONY: install run test check bench pictures lock
.DEFAULT_GOAL := install

install: $(LINKED)

# Two installs at once wait for each other where the system has flock.
$(LINKED): $(LOCKED)
	@$(call one_at_a_time, $(MAKE) --file $(firstword $(MAKEFILE_LIST)) link-now STAMP=$@)

$(LOCKED):
	@$(call one_at_a_time, $(MAKE) --file $(firstword $(MAKEFILE_LIST)) install-now STAMP=$@)

one_at_a_time = if command -v flock >/dev/null 2>&1; then flock Makefile $(1); else $(1); fi

.PHONY: install-now link-now
install-now:
	@test ! -e '$(STAMP)' || exit 0; set -e; \
	[ -w "$${HOME:-/}" ] || { UV_CACHE_DIR="$${UV_CACHE_DIR:-$(CURDIR)/.venv/.cache}" PIP_NO_CACHE_DIR=1; export UV_CACHE_DIR PIP_NO_CACHE_DIR; }; \
	for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if command -v $$python >/dev/null 2>&1 && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo 'sterling: needs Python 3.11 or later as python3 (Debian, Ubuntu: apt-get install python3 python3-venv)' >&2; exit 1; \
	fi; \
	if ! { [ "$$(cat .venv/.place 2>/dev/null)" = "$$(pwd)" ] && .venv/bin/python -c ''; } 2>/dev/null; then rm -rf .venv; fi; \
	if UV_PYTHON_DOWNLOADS=never uv --version >/dev/null 2>&1; then \
	    [ -d .venv ] || UV_PYTHON_DOWNLOADS=never uv venv --quiet --no-project --python "$$(command -v $$found)" .venv; \
	    UV_PYTHON_DOWNLOADS=never uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.lock; \
	else \
	    if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	        echo "sterling: $$found has no venv module: install the package python3-venv (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; \
	    fi; \
	    $$found -m venv .venv; \
	    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi; \
	pwd >.venv/.place; rm -f .venv/.locked-*; touch '$(STAMP)'

# The project itself, linked in place. setuptools is among the locked packages, so nothing is fetched.
link-now:
	@test ! -e '$(STAMP)' || exit 0; set -e; \
	if UV_PYTHON_DOWNLOADS=never uv --version >/dev/null 2>&1; then \
	    UV_PYTHON_DOWNLOADS=never uv pip install --quiet --offline --python .venv/bin/python --no-deps --no-build-isolation --editable .; \
	else \
	    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .; \
	fi; \
	.venv/bin/python -m compileall -q src || true; \
	rm -f .venv/.linked-*; touch '$(STAMP)'

run: $(LINKED)
	@exec $(BIN)/sterling up --demo --with-parent $(ARGS)

# Compiled first, since the tests start hundreds of processes, and some machines keep Python from doing so itself.
test: $(LINKED)
	@$(BIN)/python -m compileall -q src || true
	@$(BIN)/python -m pytest -n 2 --maxschedchunk 8 $(ARGS)

check: $(LINKED)
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	STERLING_SECRET_KEY=check $(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings sterling.config.settings
	$(BIN)/python -m tests.house.lints

# Draws docs/pictures anew; needs Chromium.
pictures: $(LINKED)
	@STERLING_PICTURES=1 $(BIN)/python -m pytest -q tests/flows/test_pictures.py

bench: $(LINKED)
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

# For those who change dependencies: writes requirements.lock anew.
lock:
	echo 'setuptools>=77' | UV_PYTHON_DOWNLOADS=never uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --extra dev --python-version 3.11 pyproject.toml - --output-file requirements.lock
