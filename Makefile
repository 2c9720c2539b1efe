# Each target needs nothing but Python 3.11 to 3.13, git and make; the first one sets up .venv.
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
QUESTION ?= How are page texts checked before they are published?

.PHONY: demo reachable demo-app test soak interop check fix

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "AutoDoc needs Python 3.11, 3.12 or 3.13 with venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: reachable .venv/installed  ## Document this repository without a key, and answer a question about it
	$(BIN)/autodoc generate . --output build/demo
	@echo
	@echo "autodoc search \"$(QUESTION)\""
	$(BIN)/autodoc search --repo . --limit 2 "$(QUESTION)"
	@echo "Read on in build/demo/index.md."

# Said at once, for the installation takes minutes.
reachable:
	@test -z "$(PYTHON)" || test -n "$$AUTODOC_DATABASE_URL" || \
		$(PYTHON) -m app.db.reachable "$${AUTODOC_DATA_DIR:-/var/lib/autodoc}"

demo-app: .venv/installed  ## A fake GitHub, `autodoc serve`, a push, its pull request, the merge, an answer
	$(BIN)/python -m tests.demo_app

test: .venv/installed  ## Every test but the long proofs
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile -m "not interop and not soak"

soak: .venv/installed  ## The long proofs
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile -m soak

interop: .venv/installed  ## What needs Node: other parsers, a second GitHub, a browser
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "make interop needs Node 20 or newer, with npm"; exit 1; }
	cd tests/interop && npm ci --no-audit --no-fund --loglevel=error
	$(BIN)/python -m pytest --quiet -m interop

check: .venv/installed  ## Format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/installed  ## Format, and repair what can be repaired
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
