# Two commands: `make explore` (the main job on the sample films) and `make test` (the whole gate).
# make explore FILMS="a.mp4 folder/"   your own films
# make lab                             the notebooks, in JupyterLab
# make bench                           the side-by-side measurements
PYTHON ?= python3
FILMS  ?= data/sample/films
ARGS   ?=
# An index with CPU builds of torch, where one is needed and can be reached; name another one, or none, with TORCH=...
TORCH  ?= $(shell $(PYTHON) tools/torch_index)

VENV := .venv
BIN  := $(VENV)/bin
PIP   = $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt $(addprefix --extra-index-url ,$(TORCH))
export HF_HUB_DISABLE_TELEMETRY := 1

.PHONY: explore test lab bench setup dev browser sample clean
explore: setup
	$(BIN)/scene_explore explore $(FILMS) $(ARGS)

setup: $(VENV)/.setup
$(VENV)/.setup: settings.ini setup.py constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "scene_explore needs Python 3.11 or newer; run make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	touch $@

dev: $(VENV)/.dev
$(VENV)/.dev: $(VENV)/.setup
	$(PIP) -e .[dev]
	touch $@

browser: dev
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/install_chromium

test: browser
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/gate

lab: setup
	$(BIN)/scene_explore lab

bench: dev
	for f in benchmarks/*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

sample: setup
	$(BIN)/python tools/make_sample.py

clean:
	rm -rf $(VENV) out build *.egg-info
