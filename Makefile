# make run: execute the series · make lab: follow along · make test: prove it · make check: the same, the minute before a commit
# make test-slow: what takes long · make test-colab: with Colab's versions · make links: external links
# make notebooks: refresh the committed outputs · make measurements: remake the recorded tables · make lock: compile the locks
# make rehome: give the repository another address. The same without make: see README.md
PYTHON ?= python3
COLAB_PYTHON ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TEST_READY := $(VENV)/ready-test
INSTALL := -m pip install --quiet --disable-pip-version-check

.PHONY: run lab check test test-slow test-colab links notebooks measurements rehome lock clean

run: $(READY)
	$(BIN)/python -m utils.rerun

lab: $(READY)
	$(BIN)/jupyter lab notebooks/01_load_mnist.ipynb

check: $(TEST_READY)
	$(BIN)/python -m tests check

test: $(TEST_READY)
	$(BIN)/python -m tests

test-slow: $(TEST_READY)
	$(BIN)/python -m tests slow

test-colab: $(TEST_READY) .venv-colab/ready
	$(BIN)/pytest tests/colab.py

links: $(TEST_READY)
	$(BIN)/python $(INSTALL) pytest-check-links
	$(BIN)/pytest --check-links README.md CONTRIBUTING.md data notebooks

notebooks: $(READY)
	$(BIN)/python -m utils.machinery.refresh

measurements: $(READY)
	$(BIN)/python -m utils.measurements $(NAME)

rehome: $(READY)
	$(BIN)/python -m utils.machinery.rehome "$(REPO)" "$(or $(BRANCH),main)"

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command 'make lock'
lock: $(READY)
	$(BIN)/python $(INSTALL) uv
	$(COMPILE) requirements.in -o requirements.txt
	grep -v '^-e' requirements.txt > $(VENV)/constraints.txt
	$(COMPILE) --no-annotate -c $(VENV)/constraints.txt requirements-test.in -o requirements-test.txt

clean:
	rm -rf $(VENV) .venv-colab artifacts runs

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: '$(PYTHON)' is not found. Install Python 3.11, 3.12 or 3.13, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing from '$(PYTHON)' (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@$(BIN)/python $(INSTALL) -r requirements.txt
	@touch $@

$(TEST_READY): $(READY) requirements-test.txt
	@$(BIN)/python $(INSTALL) -r requirements-test.txt
	@touch $@

.venv-colab/ready: tests/colab-requirements.txt
	@$(COLAB_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { echo "Python 3.13, which Colab has, is missing: '$(COLAB_PYTHON)' is not it. Name another: make test-colab COLAB_PYTHON=/path/to/python3.13"; exit 1; }
	@$(COLAB_PYTHON) -m venv .venv-colab
	.venv-colab/bin/python $(INSTALL) -r $<
	@touch $@
