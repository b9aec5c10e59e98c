# Needs Python 3.11 or later, make and git; everything else goes into .venv. `make` alone lists the targets.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test lint types unit browser ui screenshots soak constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.stamp-run ## make the environment, extract the bundled reports, print what was found
	@$(BIN)/gongkai extract reports --out out/demo
	@$(BIN)/gongkai show reports/linlan-2021.txt
	@echo '下一步 next:  make ui（网页 the web page）    $(BIN)/gongkai extract 你的文件 --out out    $(BIN)/gongkai --help'

test: lint types unit ## ruff, mypy and the whole test suite

lint: $(VENV)/.stamp-test ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.stamp-test ## mypy, strict
	@$(BIN)/mypy

unit: $(VENV)/.stamp-test browser ## the test suite
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

ui: $(VENV)/.stamp-run ## the web page, on this machine only
	@$(BIN)/gongkai ui

screenshots: $(VENV)/.stamp-test browser ## pictures of the web page for README and documentation
	@$(BIN)/python -m screens.screenshots docs/img

soak: $(VENV)/.stamp-test ## the library under load: SOAK_N reports at 1, 2 and 4 workers, then killed 20 times
	@$(BIN)/python -m evals.bench library --n $(or $(SOAK_N),10000) --workers 1,2,4 --kills 20

constraints: $(VENV)/.stamp-test ## pin what is installed now
	@$(BIN)/pip freeze --exclude-editable --exclude gongkai | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$' > constraints.tmp
	@mv constraints.tmp constraints.txt

clean: ## remove the environment and what the tools left behind
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The first Python that is there, runs, and is new enough. A shim that only prints an error does not count.
$(BIN)/python:
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    $$python -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); \
	    echo "$$python 不能建立虚拟环境；Debian/Ubuntu 请先装 python3-venv ($$python cannot make a virtual environment)" >&2; exit 1; \
	  fi; \
	done; \
	echo '需要 Python 3.11 或更新版本，可用 make PYTHON=/路径/python 指定 (Python 3.11 or later is needed)' >&2; exit 1

$(VENV)/.stamp-run: pyproject.toml constraints.txt | $(BIN)/python
	@echo '准备环境，首次约需一两分钟 (preparing the environment, a minute or two the first time)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.stamp-test: pyproject.toml constraints.txt Makefile | $(BIN)/python
	@echo '准备测试环境 (preparing the test environment)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,audit,browser,mcp]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[ocr]' \
	  || echo '识别组件装不上，扫描件的测试将跳过 (no recogniser: the tests of scans are skipped)'
	@touch $@ $(VENV)/.stamp-run

# The browser tests need Debian's Chromium. Tried once; without it they are skipped and say so.
browser: | $(BIN)/python
	@if ! command -v chromium >/dev/null 2>&1 && [ ! -e $(VENV)/.stamp-browser ]; then \
	  touch $(VENV)/.stamp-browser; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo '安装浏览器以测试网页 (installing Chromium for the browser tests)'; \
	    { timeout 120 apt-get update && DEBIAN_FRONTEND=noninteractive timeout 420 apt-get install -y --no-install-recommends chromium fonts-noto-cjk; } \
	      >$(VENV)/browser.log 2>&1 || echo '浏览器装不上，网页测试将跳过 (no Chromium: browser tests are skipped)'; \
	  fi; \
	fi
