# Everything Earshot needs is set up by the target that needs it: a fresh clone wants Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run
DEV_STAMP := $(VENV)/.dev
BROWSER_STAMP := $(VENV)/.browser
WORKERS ?= 2
UV_COMPILE = $(VENV)/uv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet

.PHONY: run demo test unit check e2e bench soak screenshots lock browser clean

run: $(RUN_STAMP)                      ## start Earshot
	$(BIN)/python main.py

demo: $(RUN_STAMP)                     ## start it with example conversations
	$(BIN)/python main.py demo

test: unit e2e                         ## all tests

# Browser tests and asyncio tests live in processes of their own: Playwright keeps a loop running.
unit: $(DEV_STAMP) $(BROWSER_STAMP)
	$(BIN)/pytest -n $(WORKERS) -m "not browser" --ignore=tests/e2e
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m browser --ignore=tests/e2e || [ $$? -eq 5 ]

e2e: $(DEV_STAMP) $(BROWSER_STAMP)     ## stories in a real browser; BASE_URL=https://… for a deployed Earshot
	$(BIN)/pytest -n $(WORKERS) --dist loadfile tests/e2e $(if $(BASE_URL),--base-url $(BASE_URL))

check: $(DEV_STAMP)                    ## style, types, imports, spelling, length of files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell
	$(BIN)/python tests/length_of_files.py

bench: $(DEV_STAMP) $(BROWSER_STAMP)   ## every measured bar; tables into bench/results/
	for bench in bench/bench_*.py; do $(BIN)/python -m bench.$$(basename $$bench .py) || exit 1; done

soak: $(DEV_STAMP)                     ## the kill tests, twenty times as often
	EARSHOT_TEST_SOAK=20 $(BIN)/pytest tests/store/test_kill.py

screenshots: $(DEV_STAMP) $(BROWSER_STAMP)
	$(BIN)/python -m docs.make_screenshots

browser: $(BROWSER_STAMP)              ## find or install the browser that the tests drive

lock: $(RUN_STAMP)                     ## renew both lock files from pyproject.toml
	test -x $(VENV)/uv/bin/uv || { $(PYTHON) -m venv $(VENV)/uv && $(VENV)/uv/bin/pip install --quiet uv; }
	$(UV_COMPILE) --upgrade --output-file requirements.lock
	$(UV_COMPILE) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:                                 ## forget what was installed and cached; never the data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results

$(RUN_STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Earshot needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(BROWSER_STAMP): $(DEV_STAMP)
	$(BIN)/python tests/browser.py
	@touch $@
