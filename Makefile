# Two commands: `make explore` (the main job on the sample films) and `make test` (the whole gate).
# make check                           the quick half of the gate, in about two minutes
# make explore FILMS="a.mp4 folder/"   your own films
# make lab                             the notebooks, in JupyterLab
# make docs, make serve                the site: written to _docs/, shown on localhost
# make bench                           the side-by-side measurements
# make web                             what browsers run, out of its sources
PYTHON ?= python3
FILMS  ?= data/sample/films
ARGS   ?=
PORT   ?= 8000
# An index with CPU builds of torch, where one is needed and can be reached; name another one, or none, with TORCH=...
# torch alone is asked of it: no other name can be answered by it.
TORCH  ?= $(shell $(PYTHON) tools/torch_index)

VENV := .venv
BIN  := $(VENV)/bin
WEB  := scene_explore/views/web
NPM   = PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(WEB) --silent
PIP   = $(BIN)/python -m pip install -q --disable-pip-version-check
LOCKED = $(PIP) --no-deps --require-hashes
export HF_HUB_DISABLE_TELEMETRY := 1

.PHONY: explore test check lab docs serve bench web setup dev browser ffmpeg sample clean
explore: setup
	$(BIN)/scene_explore explore $(FILMS) $(ARGS)

# what the library needs, as it is locked
$(VENV)/.needs: settings.ini constraints.txt requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "scene_explore needs Python 3.11 or newer; run make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(LOCKED) -r requirements/base.txt
	$(PIP) $(if $(TORCH),--no-deps --index-url $(TORCH),-c constraints.txt) $(shell grep '^torch==' constraints.txt)
	touch $@

setup: $(VENV)/.setup
$(VENV)/.setup: $(VENV)/.needs setup.py
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

dev: $(VENV)/.dev
$(VENV)/.dev: $(VENV)/.setup requirements/dev.txt
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11, 5) and "what builds the site needs Python 3.11.5 or newer, so the tests do too: remove $(VENV) and run make test PYTHON=python3.12")'
	$(LOCKED) -r requirements/dev.txt
	touch $@

browser: dev
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/install_chromium

ffmpeg:
	tools/install_ffmpeg

web: $(WEB)/node_modules/.package-lock.json
	$(NPM) run build

# what checks and bundles the scripts; Node comes with `dev`
$(WEB)/node_modules/.package-lock.json: $(VENV)/.dev $(WEB)/package-lock.json
	$(NPM) ci
	touch $@

test: browser ffmpeg $(WEB)/node_modules/.package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/gate

check: dev $(WEB)/node_modules/.package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/gate quick

lab: setup
	$(BIN)/scene_explore lab

docs: dev
	$(BIN)/python tools/site/build.py $(ARGS)

_docs/index.html: | dev
	$(BIN)/python tools/site/build.py

serve: _docs/index.html
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _docs $(PORT)

bench: browser ffmpeg
	$(BIN)/python tools/bench $(ARGS)

sample: setup
	$(BIN)/python tools/make_sample.py

clean:
	rm -rf $(VENV) $(WEB)/node_modules out build _docs _site _proc *.egg-info
