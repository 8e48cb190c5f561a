# footfall: `make` lists what can be done. Only Python 3.11 or newer is needed.
PYTHON ?= python3
PORT ?= 8080
export PORT
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check format bench send-hit clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## install what is missing, then serve panel and demo shop on port $PORT (8080)
	@$(PYTHON) tools/prepare.py
	@exec $(BIN)/footfall serve

test: ## check, then every test on real engines and a real browser
	@$(PYTHON) tools/prepare.py --dev
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest

check: ## format, lint, types and the import rule
	@$(PYTHON) tools/prepare.py --dev
	$(BIN)/ruff format --check src tests tools
	$(BIN)/ruff check src tests tools
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/node.py tsc --noEmit
	$(BIN)/python tools/node.py tsc --noEmit -p ../panel

format: ## put the code into its format
	@$(PYTHON) tools/prepare.py --dev
	$(BIN)/ruff check --fix --quiet src tests tools
	$(BIN)/ruff format src tests tools

bench: ## print every figure beside its limit of the same run
	@$(PYTHON) tools/prepare.py
	$(BIN)/footfall bench

send-hit: ## send one page view to a running installation and watch its way
	@$(PYTHON) tools/prepare.py
	$(BIN)/footfall send-hit

clean: ## remove what was installed and built; data stays
	rm -rf .venv tracker/node_modules src/footfall/web/static/build
