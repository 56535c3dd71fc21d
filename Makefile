# Needs python3 (3.11 to 3.13) and make, nothing else. `make` alone explains itself.
PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test sure soak bench tour translations lock clean dev

help: ## show this list
	@echo "Vuoro. What make can do here:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

run: ## start a practice desk on http://127.0.0.1:8000; keeps its data in ./data
	@$(PYTHON) tools/bootstrap.py run
	@$(VENV)/vuoro run

test: dev ## check everything: texts, lint, types, walls, tests on both databases, browser, coverage
	@$(VENV)/python -m tools.check $(STEPS)

sure: dev ## mend what can be mended by itself (format, lint), then `make test`
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix --quiet . || true
	@$(VENV)/python -m tools.check

soak: dev ## the full counts (kills, mutations); long. One part: make soak ONLY=name
	@$(VENV)/python -m pytest -m soak -s $(if $(ONLY),-k "$(ONLY)")

bench: dev ## measure, as ratios, one JSON line a measure. One part: make bench ONLY=name
	@$(VENV)/python -m tools.bench $(ONLY)

tour: dev ## take the pictures of docs/tour anew, in the browser of the tests
	@TOUR_DIR=docs/tour $(VENV)/python -m pytest -q tests/browser/test_tour.py::test_the_tour

translations: dev ## bring translations/ up to date with the sentences in code and templates
	@$(VENV)/python -m tools.translations update
	@$(PYTHON) tools/bootstrap.py dev
	@$(VENV)/python -m tools.translations check || echo "These wait in translations/fi/LC_MESSAGES/messages.po"

lock: ## write requirements/ anew from pyproject.toml. Newer versions: make lock UPGRADE=1
	@$(PYTHON) -m tools.lock $(if $(UPGRADE),--upgrade)

clean: ## remove what can be made again; leaves ./data alone
	@rm -rf .venv .venv-tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf .coverage .coverage.* htmlcov build *.egg-info
	@find app vault tools tests migrations translations -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@find translations -name '*.mo' -delete 2>/dev/null || true

dev:
	@$(PYTHON) tools/bootstrap.py dev
