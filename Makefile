# `make demo` starts the page, `make test` checks everything, `make check` what is quick; all set themselves up.
#
# Needed: make 4.3 and Python 3.11 or newer, as python3.11 or python3. On Linux, PyPI's torch brings
# several gigabytes for graphics cards; the build for processors alone is fetched with
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
# Another port: make demo OPTIONS="--port 8000".
# `make train BOOKS=folder` makes a pair for the authors of folder/AUTHOR/book.(txt|fb2|epub|docx); an
# interrupted one goes on when called again.
#
# The browser tests use the program named by CHROMIUM, else `chromium` on the path, else the one that
# Playwright installs for itself.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
TORCH_INDEX ?=
OPTIONS ?=
BOOKS ?=
MINUTES ?= 0
OUT ?= runs/own
DATA ?= data

BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet \
	$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
APT := $(ROOT) apt-get
# A worker that dies is not replaced: its successor would wait for ever for files done before.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

.DELETE_ON_ERROR:
.PHONY: help demo train books-named test check lint types audit unit quick bench fix clean

help:
	@echo "make demo   the page on http://127.0.0.1:7860"
	@echo "make train BOOKS=folder [MINUTES=0] [OUT=runs/own]   a pair for your own authors"
	@echo "make test   lint, types and every test"
	@echo "make check  lint, types and the quick tests"
	@echo "make bench [DATA=data]   the reports' figures measured anew"
	@echo "make lint | types | audit | unit | quick | fix | clean"

demo: .venv/page.stamp
	$(BIN)/python app.py $(OPTIONS)

train: export BOOKS := $(BOOKS)
train: export OUT := $(OUT)
train: books-named .venv/train.stamp
	@$(BIN)/python -m train.own "$$BOOKS" --out "$$OUT" --max-minutes $(MINUTES)

books-named:
	@$(if $(BOOKS),:,echo "Name the folder that holds AUTHOR/book: make train BOOKS=folder"; exit 2)

test: lint types audit unit

# Together, for the types are checked by one core alone.
check: .venv/dev.stamp
	@$(MAKE) --no-print-directory --output-sync -j 3 lint types quick

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache

types: .venv/dev.stamp
	$(BIN)/mypy

# Known holes in the pinned packages; says so and goes on where the list of them cannot be reached.
audit: .venv/dev.stamp
	@$(BIN)/python .ci/audit.py

unit: .venv/dev.stamp .venv/chromium.stamp .venv/debian.stamp
	$(PYTEST)

# Those that begin no server, no browser and no training: tests/conftest.py names the others.
quick: .venv/dev.stamp
	$(PYTEST) -m "not slow"

bench: .venv/dev.stamp
	$(BIN)/python -m bench.figures --data "$(DATA)"

fix: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache

# Debian keeps the module venv in a package of its own.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Creating .venv"
	@$(PYTHON) -m venv .venv \
		|| { $(APT) update && $(APT) install -y python3-venv && $(PYTHON) -m venv --clear .venv; }

.venv/page.stamp: requirements.txt | $(BIN)/python
	@echo "Installing what the page needs"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/train.stamp: requirements-train.txt requirements.txt | $(BIN)/python
	@echo "Installing what training needs"
	@$(PIP) -r requirements-train.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements-train.txt requirements-cluster.txt requirements-mcp.txt requirements.txt | $(BIN)/python
	@echo "Installing what training and tests need"
	@$(PIP) -r requirements-dev.txt
	@touch $@

.venv/chromium.stamp: .venv/dev.stamp
	@if [ -n "$$CHROMIUM" ] || command -v chromium >/dev/null; then :; else \
		echo "Installing Chromium"; \
		{ command -v apt-get >/dev/null && $(APT) update -qq \
			&& $(APT) install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
		|| $(BIN)/playwright install chromium; \
	fi
	@touch $@

# With this and as root, a test runs the Dockerfile's steps without Docker; elsewhere it is passed over.
.venv/debian.stamp: .venv/chromium.stamp
	@if [ "$$(id -u)" = 0 ] && ! command -v debootstrap >/dev/null && command -v apt-get >/dev/null; then \
		echo "Installing debootstrap"; \
		$(APT) install -y -qq --no-install-recommends debootstrap >/dev/null \
			|| echo "debootstrap cannot be installed: the Dockerfile's steps are not tried"; \
	fi
	@touch $@
