# Everything the newsletter can be asked for. Only make and Python 3.11 or newer are needed.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test test-fast check fix words pin shell bench chaos chaos-guard compare-mjml

PYTHON ?= python3
VENV := .venv/bin/python

# Settings as in production, for the checks only: none of these values is used anywhere.
PRODUCTION := SITE_URL=https://nieuws.example.nl DEBUG=false \
	DATABASE_URL=postgresql://newsletter@localhost/newsletter \
	REDIS_URL=redis://localhost:6379/0 EMAIL_PROVIDER=mailgun \
	SECRET_KEY=only-for-checking-9f2b7c1e5a8d4036b1c9e7f5a2d8b4c6e0f1 \
	LINK_KEYS=only-for-checking-links ADDRESS_PEPPER=only-for-checking-addresses \
	ANYMAIL_MAILGUN_API_KEY=only-for-checking \
	ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY=only-for-checking \
	ANYMAIL_WEBHOOK_SECRET=only:for-checking

help: ## Show these words.
	@echo "make …"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/ready-to-run ## Start everything; the first start shows an issue on its way to its readers. PORT=8001 for another port.
	@exec $(VENV) manage.py up

test: .venv/ready-to-develop ## Run every test, on SQLite and on PostgreSQL, with a real queue and a real browser where found.
	@exec $(VENV) tools/run_tests.py

test-fast: .venv/ready-to-develop ## Run the tests that need no database and no other program: a minute.
	@exec $(VENV) tools/run_tests.py --fast

SEEDS ?= 3
FIRST ?= 1
DATABASE ?= sqlite
BROKER ?= valkey
MODE ?= merge
bench: .venv/ready-to-develop ## Measure how fast issues leave on this machine. QUICK=1 for two minutes.
	@exec $(VENV) -m tools.bench $(if $(QUICK),--quick)

chaos: .venv/ready-to-develop ## Send Sundays under crashes and faults. SEEDS=30 DATABASE=postgres BROKER=filesystem MODE=smtp.
	@exec $(VENV) -m tests.chaos --seeds $(SEEDS) --first $(FIRST) --database $(DATABASE) --broker $(BROKER) --mode $(MODE)

chaos-guard: .venv/ready-to-develop ## Leave one safety out at a time: the crash suite must notice each.
	@exec $(VENV) -m tests.chaos --guard --seeds $(SEEDS) --database $(DATABASE)

compare-mjml: .venv/ready-to-develop ## Compare our mails with what MJML's own engine makes of them. Needs node and npm.
	@exec $(VENV) -m tools.compare_mjml

check: export DATA_DIR := $(CURDIR)/.venv/data-of-checks
check: .venv/ready-to-develop ## Look at style, types, import rules, templates, migrations and production settings.
	@echo "→ style (ruff)"
	@$(VENV) -m ruff format --check . || { echo "Put it in order: make fix"; exit 1; }
	@$(VENV) -m ruff check --quiet .
	@echo "→ types (mypy)"
	@$(VENV) -m mypy --no-error-summary
	@echo "→ who may import whom (import-linter)"
	@$(VENV) -c "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())" > .venv/imports.txt \
		|| { cat .venv/imports.txt; exit 1; }
	@echo "→ templates (djade)"
	@find templates newsletter subscribers -name '*.html' -print0 | xargs -0 .venv/bin/djade --check --target-version 5.2 \
		|| { echo "Put them in order: make fix"; exit 1; }
	@echo "→ Dutch (gettext)"
	@$(VENV) tools/words.py --check
	@echo "→ migrations"
	@$(VENV) manage.py makemigrations --check --dry-run
	@echo "→ production settings"
	@$(PRODUCTION) $(VENV) manage.py check --deploy --fail-level WARNING

fix: .venv/ready-to-develop ## Put style and templates in order.
	@$(VENV) -m ruff check --fix --quiet . ; $(VENV) -m ruff format .
	@find templates newsletter subscribers -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2 || true

words: .venv/ready-to-develop ## Collect every sentence for the Dutch catalogue, and compile it.
	@exec $(VENV) tools/words.py

pin: ## Write the exact version and hash of every package into requirements*.txt.
	@exec $(PYTHON) tools/pin.py

shell: .venv/ready-to-run ## Open a Python shell with the newsletter in it.
	@exec $(VENV) manage.py shell

# --- The folder .venv: what the newsletter runs on, and what developing adds ---

.venv/ready-to-run: requirements.txt
	@$(MAKE) have-python
	@$(PYTHON) tools/make_venv.py ready-to-run requirements.txt

.venv/ready-to-develop: requirements.txt requirements-dev.txt
	@$(MAKE) have-python
	@$(PYTHON) tools/make_venv.py ready-to-develop requirements.txt requirements-dev.txt
	@touch .venv/ready-to-run .venv/ready-to-develop

.PHONY: have-python
have-python:
	@command -v $(PYTHON) > /dev/null || { echo "Python is missing. Install Python 3.11 or newer (Debian, Ubuntu: apt install python3 python3-venv) and try again."; exit 1; }
