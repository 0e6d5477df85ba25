# make run: execute the series · make test: prove it · make test-colab: prove it with Colab's versions · make lab: follow along
# make notebooks: refresh the committed outputs · make measurements: remake the recorded tables · make publish: move house
PYTHON ?= python3
COLAB_PYTHON ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: run test test-colab lab notebooks lock measurements publish clean

run: $(READY)
	$(BIN)/python -m utils.rerun

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest -n 2 --dist loadscope --nbval-lax --nbval-current-env tests notebooks

test-colab: $(READY) .venv-colab/ready
	$(BIN)/pytest tests/colab.py

lab: $(READY)
	$(BIN)/jupyter lab notebooks/01_load_mnist.ipynb

notebooks: $(READY)
	$(BIN)/python -m utils.refresh

measurements: $(READY)
	$(BIN)/python -m utils.measurements $(NAME)

publish: $(READY)
	$(BIN)/python -m utils.publish "$(REPO)" "$(or $(BRANCH),main)"

lock: $(READY)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command 'make lock' requirements.in -o requirements.txt

clean:
	rm -rf $(VENV) .venv-colab artifacts runs

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: '$(PYTHON)' is not found. Install Python 3.11, 3.12 or 3.13, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing from '$(PYTHON)' (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv-colab/ready: tests/colab-requirements.txt
	@$(COLAB_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { echo "Python 3.13, which Colab has, is missing: '$(COLAB_PYTHON)' is not it. Name another: make test-colab COLAB_PYTHON=/path/to/python3.13"; exit 1; }
	@$(COLAB_PYTHON) -m venv .venv-colab
	.venv-colab/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@
