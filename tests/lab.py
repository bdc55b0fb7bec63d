"A real JupyterLab over a scratch copy, and a real Chromium to drive it"
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import nbformat
import pytest

FLAGS = (
    '--no-sandbox --disable-gpu --disable-background-networking --disable-component-update'
    ' --disable-sync'.split()
)
SETTINGS = {
    '@jupyterlab/apputils-extension/notification': {'fetchNews': 'false', 'checkForUpdates': False},
    # else a cell off screen is not in the page
    '@jupyterlab/notebook-extension/tracker': {'windowingMode': 'none'},
    # else JupyterLab 4.6 loses messages just after a reload: it ends subshells in use
    '@jupyterlab/apputils-extension/kernels-settings': {'commsOverSubshells': 'disabled'},
    '@jupyterlab/docmanager-extension/plugin': {'autosave': False}}
READY = """() => {
    const s = window.jupyterapp?.shell?.currentWidget?.sessionContext
    return (
      s?.isReady &&
      s.session?.kernel?.connectionStatus === 'connected' &&
      s.session.kernel.status === 'idle'
    )
  }"""

FRAMES = """() => {
    const t = []
    let on = true
    const look = now => {
      t.push(now)
      if (on) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
    globalThis.stopFrames = () => {
      on = false
      return t.slice(1).map((o, i) => o - t[i])
    }
  }"""


def chromium_path(own=''):
    """The installed Chromium, else Playwright's own; the test fails, with what to do, where there
    is none"""
    found = next(
        filter(
            None,
            map(
                shutil.which,
                (
                    'chromium',
                    'chromium-browser',
                    'google-chrome',
                    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
                    own,
                ),
            ),
        ),
        None,
    )
    return found or pytest.fail('no Chromium found: run tools/install_chromium')


@contextmanager
def browser():
    "Headless Chromium"
    from playwright.sync_api import sync_playwright
    with sync_playwright() as pw:
        b = pw.chromium.launch(
            executable_path=chromium_path(pw.chromium.executable_path), args=FLAGS
        )
        try: yield b
        finally: b.close()


def watched(browser, **kw):
    "A new page, and the lists of its errors and of the requests that leave this machine"
    page = browser.new_page(viewport=dict(width=1280, height=900), **kw)
    errors, outside = [], []
    page.on('pageerror', lambda e: errors.append(str(e)))
    page.on(
        'request',
        lambda r: r.url.startswith(
            ('file:', 'data:', 'blob:', 'http://127.0.0.1', 'ws://127.0.0.1')
        )
        or outside.append(r.url),
    )
    return page, errors, outside


def until(page, asked, arg=None):
    "Until an expression is true in the page, which evaluates no text; it may name its argument `o`"
    page.wait_for_function(f'o => ({asked})', arg=arg)


@contextmanager
def frame_times(page):
    "Milliseconds from one picture to the next while the hand moves: a list, filled in the end"
    took = []
    page.evaluate(FRAMES)
    yield took
    took += page.evaluate('stopFrames()')


def write_notebook(path, *cells):
    "A notebook of code cells"
    kernel = dict(display_name='python3', language='python', name='python3')
    made = [nbformat.v4.new_code_cell(o) for o in cells]
    book = nbformat.v4.new_notebook(cells=made, metadata=dict(kernelspec=kernel))
    nbformat.write(book, path)


def _free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def _answers(url):
    try: return urllib.request.urlopen(url, timeout=2).status == 200
    except OSError: return False


@contextmanager
def jupyterlab(root:Path, scratch:Path):
    "A JupyterLab server over `root` with settings of its own; yields its address"
    for plugin, values in SETTINGS.items():
        f = scratch/'settings'/f'{plugin}.jupyterlab-settings'
        f.parent.mkdir(parents=True, exist_ok=True)
        f.write_text(json.dumps(values))
    env = dict(
        os.environ,
        JUPYTER_CONFIG_DIR=str(scratch / 'config'),
        JUPYTERLAB_SETTINGS_DIR=str(scratch / 'settings'),
        HF_HUB_OFFLINE='1',
        JUPYTERLAB_WORKSPACES_DIR=str(scratch / 'workspaces'),
        JUPYTER_RUNTIME_DIR=str(scratch / 'runtime'),
    )
    port = _free_port()
    base = f'http://127.0.0.1:{port}'
    cmd = [
        sys.executable,
        '-m',
        'jupyterlab',
        '--no-browser',
        '--allow-root',
        '--ip=127.0.0.1',
        f'--port={port}',
        '--IdentityProvider.token=t',
        f'--ServerApp.root_dir={root}',
        '--LabApp.expose_app_in_browser=True',
    ]
    log = open(scratch/'server.log', 'w')
    server = subprocess.Popen(cmd, env=env, stdout=log, stderr=log)
    try:
        while not _answers(f'{base}/api/status?token=t'):
            if server.poll() is not None: pytest.fail((scratch/'server.log').read_text()[-2000:])
            try: server.wait(.3)
            except subprocess.TimeoutExpired: pass
        yield base
    finally:
        server.terminate()
        try: server.wait(15)
        except subprocess.TimeoutExpired: server.kill()
        log.close()


class Server(NamedTuple):
    """A JupyterLab that the tests of a process share: the folder it serves, the folder of its own
    files, its address"""
    root: Path
    scratch: Path
    base: str


class Desk(NamedTuple):
    "What a test has of the server: a folder of its own, and the address of JupyterLab in it"
    folder: Path
    address: str

    def open(self, notebook): return f'{self.address}/{notebook}?token=t&reset'


DESKS = count(1)


def asked(server, path, method='GET'):
    "What the server's API answers"
    with urllib.request.urlopen(
        urllib.request.Request(
            f'{server.base}/api/{path}', method=method, headers=dict(Authorization='token t')
        ),
        timeout=60,
    ) as answer:
        return answer.read()


@contextmanager
def desk(server):
    "A new folder in the server's; in the end no kernel that was started there is left"
    folder = server.root/f'desk {next(DESKS)}'
    folder.mkdir()
    try: yield Desk(folder, f'{server.base}/lab/tree/{quote(folder.name)}')
    finally:
        for o in json.loads(asked(server, 'sessions')):
            if Path(o['path']).parts[0] == folder.name:
                asked(server, f'sessions/{o["id"]}', 'DELETE')


def run_all(page, address, timeout=300_000):
    "Open a notebook, run all cells once the kernel is there, fail on a cell that failed"
    page.set_default_timeout(timeout)
    page.goto(address)
    page.wait_for_function(READY)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    failed = page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]')
    if failed.count(): pytest.fail(failed.first.inner_text())
