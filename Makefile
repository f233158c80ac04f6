# Two commands are enough: `make demo` to run the site, `make test` to test it.

PYTHON ?= python3.11
BIN := .venv/bin
PORT ?= 8000
TEST_WORKERS ?= 2
BENCHES ?= pages engagement start search relevance indexing suggest admin_search quiz

.PHONY: demo test check format reset messages bench lock

demo: .venv/demo
	@$(BIN)/python manage.py demo --port $(PORT)

test: .venv/dev
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup $(ARGS)

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q -p no:xdist tests/test_layers.py
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')
	$(BIN)/mypy
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_translations
	$(BIN)/python manage.py compile_catalogues --check

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')

reset: .venv/demo
	@$(BIN)/python manage.py reset_demo

messages: .venv/dev
	$(BIN)/python manage.py compile_catalogues

bench: .venv/dev
	@for subject in $(BENCHES); do echo "== $$subject"; $(BIN)/python bench/$$subject.py $(ARGS) || exit 1; done

lock: .venv/dev
	$(BIN)/uv pip compile --universal --generate-hashes --quiet --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --quiet --no-header pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

.venv/bin/python:
	@echo "Creating the environment …"
	@$(PYTHON) -m venv .venv

.venv/demo: requirements.txt | .venv/bin/python
	@echo "Installing the locked dependencies (once, about a minute) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing the locked dependencies for development (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/demo
