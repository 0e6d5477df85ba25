# make run: execute the series · make lab: follow along · make test: prove it · make check: the same, the minute before a commit
# make test-slow: what takes long · make test-colab: with Colab's versions · make links: external links · make site: the book, in site/_build
# make notebooks: refresh the committed outputs · make measurements: remake the recorded tables · make lock: compile the locks
# make page: the network in your browser · make bench: how fast it is here · make rehome: give the repository another address. The same without make: see README.md
PYTHON ?= python3
COLAB_PYTHON ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TEST_READY := $(VENV)/ready-test
SITE_READY := $(VENV)/ready-site
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# uv puts the same lock into place faster; where it is not to be had, pip does it. Both compile, so that no import has to
install = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r $(1) 2>/dev/null || $(PIP) -r $(1)

.PHONY: run lab page check test test-slow test-colab links site bench notebooks measurements rehome lock clean

run: $(READY)
	$(BIN)/python -m utils.rerun

lab: $(READY)
	$(BIN)/jupyter lab notebooks/01_load_mnist.ipynb

page:
	@$(PYTHON) -m webbrowser "file://$(CURDIR)/site/page/index.html"

check: $(TEST_READY)
	$(BIN)/python -m tests check

test: $(TEST_READY)
	$(BIN)/python -m tests

test-slow: $(TEST_READY) $(SITE_READY)
	$(BIN)/python -m tests slow

test-colab: $(TEST_READY) .venv-colab/ready
	$(BIN)/pytest tests/colab.py

links: $(TEST_READY)
	$(PIP) pytest-check-links
	$(BIN)/pytest --check-links README.md CONTRIBUTING.md CHANGELOG.md data notebooks site/*.md

site: $(SITE_READY)
	$(BIN)/python site/build.py

bench: $(READY)
	$(BIN)/python -m utils.bench $(SEEDS)

notebooks: $(READY)
	$(BIN)/python -m utils.machinery.refresh

measurements: $(READY)
	$(BIN)/python -m utils.measurements $(NAME)

rehome: $(READY)
	$(BIN)/python -m utils.machinery.rehome "$(REPO)" "$(or $(BRANCH),main)"

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command 'make lock'
lock: $(READY)
	$(PIP) uv
	$(COMPILE) requirements.in -o requirements.txt
	grep -v '^-e' requirements.txt > $(VENV)/constraints.txt
	$(COMPILE) --no-annotate -c $(VENV)/constraints.txt requirements-test.in -o requirements-test.txt
	cat requirements-test.txt >> $(VENV)/constraints.txt
	$(COMPILE) --no-annotate -c $(VENV)/constraints.txt requirements-site.in -o requirements-site.txt

clean:
	rm -rf $(VENV) .venv-colab artifacts runs site/_build site/_work

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: '$(PYTHON)' is not found. Install Python 3.11, 3.12 or 3.13, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing from '$(PYTHON)' (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@$(PIP) uv 2>/dev/null || true
	@$(call install,requirements.txt)
	@touch $@

$(TEST_READY): $(READY) requirements-test.txt
	@$(call install,requirements-test.txt)
	@touch $@

$(SITE_READY): $(READY) requirements-site.txt
	@$(call install,requirements-site.txt)
	@touch $@

.venv-colab/ready: tests/colab-requirements.txt
	@$(COLAB_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { echo "Python 3.13, which Colab has, is missing: '$(COLAB_PYTHON)' is not it. Name another: make test-colab COLAB_PYTHON=/path/to/python3.13"; exit 1; }
	@$(COLAB_PYTHON) -m venv .venv-colab
	.venv-colab/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
