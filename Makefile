# Every target makes the virtual environment it needs; another interpreter: make PYTHON=python3.13
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python

# Two installations at once would write into the same environment.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-oracle mutants lint format bench bench-quick bench-publish examples \
	docs browser clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.has-examples ## explain and draw a graph, verify worksheets, train a network
	$(RUN) examples/demo.py

# pytest runs one process for each core; threads of the linear algebra would only fight over them.
test test-all test-oracle: export OMP_NUM_THREADS = 1

test: $(VENV)/.has-test browser ## run the fast tests and the doctests
	$(RUN) -m pytest -n auto -m "not slow and not oracle"

test-all: $(VENV)/.has-test $(VENV)/.has-fuzz browser ## run every test, the slow ones too
	$(RUN) -m pytest -n auto

test-oracle: $(VENV)/.has-test $(VENV)/.has-oracle ## compare with PyTorch (a large download)
	$(RUN) -m pytest -n auto -m "oracle and not slow"

# In a copy, because the tool writes its changes into the files: FILE=sweep for one file alone.
ENGINE := $(notdir $(basename $(wildcard autograd/engine/[a-z]*.py)))
mutants: $(VENV)/.has-mutants ## change the engine and see whether a test notices; FILE=sweep for one file (takes hours)
	@for file in $(or $(FILE),$(ENGINE)); do \
		folder=out/mutants/$$file && rm -rf $$folder && mkdir -p $$folder \
		&& cp -r autograd nn tests pyproject.toml $$folder/ && cd $$folder \
		&& sed -i.bak "s/FILE.py/$$file.py/" tests/engine/mutants.toml \
		&& export PATH="$(CURDIR)/$(VENV)/bin:$$PATH" OMP_NUM_THREADS=1 \
		&& cosmic-ray init tests/engine/mutants.toml session.sqlite \
		&& cr-filter-operators session.sqlite tests/engine/mutants.toml \
		&& cosmic-ray exec tests/engine/mutants.toml session.sqlite \
		&& cr-report --surviving-only --show-diff session.sqlite > survivors.txt \
		&& echo "== $$file: $$(tail -1 survivors.txt); see $$folder/survivors.txt" \
		&& cd "$(CURDIR)" || exit 1; \
	done

lint: $(VENV)/.has-lint ## check style and types
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy --strict autograd nn

format: $(VENV)/.has-lint ## put the code into the common layout
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

bench: $(VENV)/.has-bench ## measure speed beside peers, each in an environment of its own
	$(RUN) benchmarks/run.py --threads 1 2 --picture out/benchmarks.svg

bench-quick: $(VENV)/.has-bench ## the same in three minutes, with fewer peers and rounds
	$(RUN) benchmarks/run.py --quick --picture out/benchmarks.svg

bench-publish: $(VENV)/.has-bench ## measure, and write the figures into README.md and docs/
	$(RUN) benchmarks/run.py --threads 1 2 --json docs/benchmarks.json
	$(RUN) benchmarks/publish.py
	$(RUN) benchmarks/growth.py

examples: $(VENV)/.has-examples ## run the numbered examples in order
	@for example in examples/[0-9]*.py; do \
		echo "== $$example"; MPLBACKEND=Agg $(RUN) "$$example" || exit 1; \
	done

docs: $(VENV)/.has-examples $(VENV)/.has-test browser ## draw the pictures again, and write the table of functions
	$(RUN) docs/make_pictures.py
	$(RUN) docs/make_screenshots.py
	$(RUN) docs/make_functions.py
	$(RUN) docs/make_teaching.py

clean: ## remove the environment, the caches and everything generated
	rm -rf $(VENV) build dist out *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The tests of the interactive page run in a real browser; where there is none, they are skipped.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
			&& echo "Installing Chromium for the tests of the interactive page ..." \
			&& apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } || \
		echo "There is no Chromium here (apt-get install chromium): the page is not tested."

# One stamp for each extra, so that testing does not fetch PyTorch and the demo fetches no linter.
$(VENV)/.has-%: pyproject.toml | $(VENV)/.made
	@echo "Installing chalkgrad with what '$*' needs into $(VENV) ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[$*]' || { \
		echo "Could not fetch the Python packages that '$*' needs (numpy, graphviz, rich and more;"; \
		echo "pip says above which one it missed). This step needs a network or a local index"; \
		echo "(PIP_INDEX_URL or PIP_FIND_LINKS). Nothing outside $(VENV) was changed: run the"; \
		echo "same command again once the packages can be reached."; exit 1; } >&2
	@touch $@

$(VENV)/.made:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "There is no '$(PYTHON)' here. chalkgrad needs Python 3.11 or newer; name yours with"; \
		echo "make PYTHON=/path/to/python3 ..."; exit 1; } >&2
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "chalkgrad needs Python 3.11 or newer, and '$(PYTHON)' is" \
			"$$("$(PYTHON)" --version 2>&1); name a newer one with make PYTHON=python3.13 ..."; \
		exit 1; } >&2
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "'$(PYTHON)' could not make a virtual environment: its venv module is missing or broken"; \
		echo "(Debian and Ubuntu: sudo apt-get install python3-venv)."; exit 1; } >&2
	@touch $@
