# Each target calls dev, which needs only Python 3.11 or newer with venv.
PYTHON ?= python3
LOCAL = exec "$(PYTHON)" -m dev
# If the caller names a Python, .venv is rebuilt when it was made from another one; the first on PATH alone is no reason.
export PYTHON_NAMED := $(if $(filter file,$(origin PYTHON)),,yes)
ARGS ?=

.PHONY: help setup demo run check test acceptance lint lock clean

help:
	@echo "make setup   a venv in .venv with the locked packages"
	@echo "make demo    one consultation, marked, on real servers, then stop"
	@echo "make run     the whole system behind http://127.0.0.1:8000 (RUN_PORT) until Ctrl-C; keeps its data (RUN_FOLDER)"
	@echo "make check   lint, types, layers, migrations and the tests without gunicorn, workers, nginx, a browser or an installer"
	@echo "make test    lint, types, layers, migrations and all tests (ARGS='-k name' for pytest)"
	@echo "make acceptance   an hour: fuzzing, soak, halls, the guide, real model weights"
	@echo "make lint    lint, format, types and layers, as the hook before each commit does"
	@echo "make lock    requirements/*.lock again from requirements/*.txt (ARGS=--upgrade for newer versions)"
	@echo "make clean   removes .venv, caches and the data of make run"

setup demo run acceptance lint clean:
	@$(LOCAL) $@

check test lock:
	@$(LOCAL) $@ $(ARGS)
