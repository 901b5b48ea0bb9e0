# make setup   install everything into .venv (Python 3.11 and pip are enough)
# make run     set up, then start the desk with the sample town; Ctrl-C stops all of it
# make test    format, lint, types, import directions, tests
# make lock    write the lock files again after a change in pyproject.toml
# make bundle  one file in build/ that installs the desk on a machine without any network (ARCH=aarch64, FONTS=)

PYTHON ?= python3.11
BIN := .venv/bin
PYTEST_ARGS ?=

.PHONY: setup setup-dev run test lock docs bundle

setup: .venv/.ready

setup-dev: .venv/.ready-dev

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { echo "没有找到 $(PYTHON)：请先安装 Python 3.11（含 venv）" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.ready: .venv/.made requirements.lock pyproject.toml
	@echo "正在安装所需的库，第一次约需几分钟……"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup
	@exec $(BIN)/huiying up --sample

test: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(PYTEST_ARGS)

lock:
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --quiet --constraint requirements.lock --output-file requirements-dev.lock
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], "pip", sep="\n")' | \
		$(BIN)/uv pip compile - --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --quiet --output-file requirements-build.lock

docs: setup
	$(BIN)/huiying settings --markdown > docs/settings.md
	$(BIN)/python -m dashboard.meanings > dashboard/manual/7-figures.md

bundle:
	@PYTHON=$(PYTHON) deploy/bundle/make.sh
