"""Give every figure and panel of the notebooks a picture, for readers who see neither plotly nor
widgets: `python tools/site/stills.py --help`

A figure is drawn by plotly.js in headless Chromium. A panel needs its kernel: its notebook is run
in a JupyterLab, and what it shows is taken.
"""
import argparse
import io
import json
import shutil
import sys
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT/'tests'))
from lab import browser, jupyterlab, run_all, watched  # noqa: E402

VIEW = 'application/vnd.jupyter.widget-view+json'
PLOTLY = 'application/vnd.plotly.v1+json'
DRAW = """async ({ data, layout }) =>
    await Plotly.toImage(
      {
        data,
        layout: { ...layout, width: undefined, paper_bgcolor: '#fff', plot_bgcolor: '#fff' },
      },
      { format: 'png', width: 960, height: layout.height || 450 },
    )"""


def small(png, colours=64):
    "A PNG of few colours, in base64: a fifth of the bytes, and lines and letters stay sharp"
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert('RGB').quantize(colours, dither=Image.Dither.NONE).save(
        out, 'PNG', optimize=True
    )
    return b64encode(out.getvalue()).decode()


def lacking(nb, mime, again=False):
    """Outputs of a notebook that have `mime` and no picture beside it: the cell, which of its
    outputs of this kind, the data"""
    def of(c):
        return enumerate(o['data'] for o in c.get('outputs', []) if mime in o.get('data', {}))
    return [
        (i, k, data)
        for i, c in enumerate(nb['cells'])
        for k, data in of(c)
        if again or 'image/png' not in data
    ]


def draw(nb, page, again):
    "Pictures of the figures of a notebook"
    for _, _, data in lacking(nb, PLOTLY, again):
        url = page.evaluate(
            DRAW, dict(data=data[PLOTLY].get('data', []), layout=data[PLOTLY].get('layout', {}))
        )
        data['image/png'] = small(b64decode(url.split(',')[1]))


def take(nb, path, chromium, again):
    "Pictures of the panels of a notebook, which is run for that in a copy of the project"
    wanted = lacking(nb, VIEW, again)
    if not wanted: return
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)/'project'
        shutil.copytree(
            ROOT,
            root,
            ignore=shutil.ignore_patterns(
                '.git', '.venv', 'out', '_docs', '_site', '.*_cache', '__pycache__'
            ),
        )
        with jupyterlab(root, Path(scratch)) as base:
            page, _, _ = watched(chromium)
            run_all(
                page, f'{base}/lab/tree/{path.relative_to(ROOT)}?token=t&reset', timeout=600_000
            )
            # a panel that is not whole on the screen is taken in part
            page.set_viewport_size(dict(width=1500, height=4000))
            page.wait_for_timeout(5000)   # thumbnails and layouts come after the last cell
            cells = page.locator('.jp-Notebook .jp-Cell')
            for i, k, data in wanted:
                shown = cells.nth(i).locator('.jp-OutputArea-output:not([data-mime-type])').nth(k)
                shown.scroll_into_view_if_needed()
                page.wait_for_function('() => [...document.images].every(o => o.complete)')
                data['image/png'] = small(shown.screenshot(), 128)
            page.close()


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('notebooks', type=Path, nargs='*', help='all where none is named')
    p.add_argument('--again', action='store_true', help='also those that have a picture')
    a = p.parse_args()
    from plotly.offline import get_plotlyjs
    with browser() as chromium:
        page, _, _ = watched(chromium)
        page.add_script_tag(content=get_plotlyjs())
        for path in map(
            Path.resolve,
            a.notebooks
            or sorted(
                o for o in (ROOT / 'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in o.parts
            ),
        ):
            nb = json.loads(path.read_text(encoding='utf-8'))
            before = json.dumps(nb)
            draw(nb, page, a.again)
            take(nb, path, chromium, a.again)
            if json.dumps(nb) != before:
                path.write_text(
                    json.dumps(nb, ensure_ascii=False, indent=1) + '\n', encoding='utf-8'
                )
                print(f'{path.relative_to(ROOT)}: {path.stat().st_size/1e3:.0f} kB', flush=True)


if __name__ == '__main__': main()
