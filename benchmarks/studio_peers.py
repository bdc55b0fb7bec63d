"""The same dots drawn by plotly (Scattergl) and by jupyter-scatter: how long until they stand, a
hover answers, a lasso is seen, other colours are seen?

    python benchmarks/studio_peers.py --scenes 20000

Only a scatter, none of the studio's other panels. A time runs from the event's own time stamp, or
from the start of the cell, to the last frame that the canvas draws before it rests has been
painted; of plotly's tooltip, until it has. jupyter-scatter's tooltip waits on purpose: its hover is
taken at the ring around the dot. Peers that are not installed are named and left out. The last line
is one JSON object.
"""
import argparse, contextlib, importlib, json, sys, tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT/'tests'))
from lab import browser, jupyterlab, run_all, watched, write_notebook  # noqa: E402

SIDE = 480
PEERS = dict(plotly='plotly', jscatter='jupyter-scatter')
COLOURS = ('light', 'camera', 'place')


def dots(n, seed=0):
    "Twelve clouds, as x [n], y [n] and the words that colour them"
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 12, n)
    x, y = (rng.normal(size=(12, 2))[place] * 2 + rng.normal(size=(n, 2)) / 2).T
    words = dict(place=place, light=rng.integers(0, 3, n), camera=rng.integers(0, 4, n))
    return dict(x=x, y=y, **words)


# ---- what a notebook or a page shows
def plotly_figure(n, make):
    "A figure by `make`, plotly's Figure or FigureWidget"
    o = dots(n)
    layout = dict(width=SIDE + 160, height=SIDE + 180, dragmode='lasso', hovermode='closest')
    for k in 'xy': layout[f'{k}axis'] = dict(range=[o[k].min(), o[k].max()])
    marker = dict(size=5, color=o['place'], colorscale='Viridis')
    trace = dict(type='scattergl', mode='markers', x=o['x'], y=o['y'], marker=marker)
    return make(data=[trace], layout=layout)


def jscatter_figure(n):
    "A widget of jupyter-scatter whose mouse draws a lasso"
    import jscatter
    import pandas as pd
    table = pd.DataFrame(dots(n))
    for o in COLOURS: table[o] = table[o].astype(str).astype('category')
    plot = jscatter.Scatter(data=table, x='x', y='y', color_by='place', width=SIDE, height=SIDE)
    plot.mouse('lasso')
    return plot


# what shows, and what colours by another column
CELLS = dict(
    plotly=(
        'from plotly.graph_objects import FigureWidget\n'
        'o = peers.dots(N)\nw = peers.plotly_figure(N, FigureWidget)\nw',
        'w.data[0].marker.color = o[{!r}]',
    ),
    jscatter=('s = peers.jscatter_figure(N)\ns.show()', '_ = s.color(by={!r})'),
)

# ---- clocks inside of the page
CLOCKS = """() => {
    const bench = (window.peer = { last: 0, shown: 0 })
    const painted = async () => {
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      return performance.now()
    }
    const drawn = () => {
      bench.last = performance.now()
      painted().then(now => {
        bench.shown = now
      })
    }
    const hook = (kind, names) => {
      for (const name of names) {
        const old = kind.prototype[name]
        kind.prototype[name] = function (...o) {
          drawn()
          return old.apply(this, o)
        }
      }
    }
    hook(WebGLRenderingContext, ['drawArrays', 'drawElements'])
    hook(WebGL2RenderingContext, ['drawArrays', 'drawElements'])
    hook(CanvasRenderingContext2D, ['drawImage'])
    const wait = ms => new Promise(done => setTimeout(done, ms))
    // until the last frame before the canvas rests has been painted
    bench.rest = async began => {
      while (bench.last <= began || performance.now() - bench.last < 700) await wait(20)
      return bench.shown - began
    }
    bench.watch = type => {
      bench.result = new Promise(finish => {
        const heard = e => {
          removeEventListener(type, heard, true)
          bench.rest(e.timeStamp).then(finish)
        }
        addEventListener(type, heard, true)
      })
    }
    // plotly draws its tooltip as SVG
    bench.tooltip = () => {
      bench.result = new Promise(finish => {
        const heard = e => {
          const look = () => {
            if (document.querySelector('.hovertext')) {
              painted().then(now => finish(now - e.timeStamp))
            } else requestAnimationFrame(look)
          }
          look()
        }
        addEventListener('mousemove', heard, { capture: true, once: true })
      })
    }
    bench.run = async i => {
      const notebook = jupyterapp.shell.currentWidget.content
      notebook.activeCellIndex = i
      const began = performance.now()
      await jupyterapp.commands.execute('notebook:run-cell')
      return bench.rest(began)
    }
    // where the dots are drawn
    bench.box = () => {
      const layer = document.querySelector('.js-plotly-plot .nsewdrag')
      const canvas = [...document.querySelectorAll('.jp-OutputArea canvas')]
      const all = layer ? [layer] : canvas
      const sizes = all.map(o => o.getBoundingClientRect())
      const { left, top, width, height } = sizes.sort((a, b) => b.width - a.width)[0]
      return [left, top, width, height]
    }
  }"""


def _hover(page, peer, places):
    for x, y in places:
        page.mouse.move(2, 2)
        page.wait_for_function(
            '() => performance.now() - peer.last > 700 && !document.querySelector(".hovertext")'
        )
        page.evaluate('peer.tooltip()' if peer == 'plotly' else 'peer.watch("mousemove")')
        page.mouse.move(x, y)
        yield page.evaluate('peer.result')


def _shares(n):
    "Where the dots of a cloud that fills a box are drawn: x and y as shares of it, from top left"
    o = dots(n)
    x, y = ((o[k] - o[k].min()) / np.ptp(o[k]) for k in 'xy')
    return np.c_[x, 1 - y]


def _square(n, many):
    "The corners of a square around the middle that holds so many dots"
    at = _shares(n)
    middle = np.median(at, 0)
    r = np.sort(np.abs(at - middle).max(1))[many]
    # not back to where it began: jupyter-scatter takes that for a click
    return [middle + r * np.array(o) for o in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -0.5))]


def _lasso(page, box, n, times):
    corners = np.array(box[:2]) + np.array(box[2:]) * _square(n, min(1000, n // 10))
    for _ in range(times):
        page.mouse.move(*corners[0])
        page.mouse.down()
        for o in corners[1:]: page.mouse.move(*o, steps=8)
        page.evaluate('peer.watch("mouseup")')
        page.mouse.up()
        yield page.evaluate('peer.result')
        page.mouse.dblclick(box[0] + box[2] / 2, box[1] + box[3] * 0.02)
        page.evaluate('peer.rest(0)')


def by_hand(page, peer, n, repeats):
    "Hovers and lassos -> name -> list of milliseconds"
    box = page.evaluate('peer.box()')
    some = np.random.default_rng(1).choice(n, repeats + 1)
    places = np.array(box[:2]) + np.array(box[2:]) * _shares(n)[some]
    hovers = list(_hover(page, peer, places))[1:] # the first one warms up
    return {'hover': hovers, 'lasso': list(_lasso(page, box, n, max(repeats // 2, 3)))}


def in_jupyterlab(chromium, peer, n, folder, repeats):
    "A notebook that shows the peer's widget -> name -> list of milliseconds"
    show, colour = CELLS[peer]
    paths = f'import sys; sys.path[:0] = {[str(ROOT/"benchmarks"), *sys.path]!r}\n'
    first = f'{paths}import studio_peers as peers\nN = {n}'
    cells = [first, show, *(colour.format(o) for o in COLOURS)]
    root = folder/f'{peer} {n}'
    root.mkdir(parents=True)
    write_notebook(root/'n.ipynb', *cells)
    with jupyterlab(root, folder/f'settings {peer} {n}') as base:
        page, *_ = watched(chromium)
        page.add_init_script(f'({CLOCKS})()')
        run_all(page, f'{base}/lab/tree/n.ipynb?token=t&reset')
        page.evaluate('peer.rest(0)')
        took = {'first draw': [page.evaluate('peer.run(1)') for _ in range(2)]}
        page.locator('canvas, .js-plotly-plot').first.scroll_into_view_if_needed()
        took |= by_hand(page, peer, n, repeats)
        took['colour'] = [page.evaluate('i => peer.run(i)', 2 + i) for i in range(len(COLOURS))]
        page.close()
    return took


RECOLOUR = """async color => {
    const figure = document.querySelector('.js-plotly-plot')
    const began = performance.now()
    Plotly.restyle(figure, { 'marker.color': [color] })
    return peer.rest(began)
  }"""


def as_page(chromium, n, folder, repeats):
    "A page of plotly -> name -> list of milliseconds"
    from plotly.graph_objects import Figure
    path = folder/f'plotly {n}.html'
    plotly_figure(n, Figure).write_html(path, include_plotlyjs=True)
    page, *_ = watched(chromium)
    page.add_init_script(f'({CLOCKS})()')
    page.goto(path.as_uri(), wait_until='commit')
    took = {'first draw': [page.evaluate('peer.rest(0)')]}
    took |= by_hand(page, 'plotly', n, repeats)
    words = dots(n)
    took['colour'] = [page.evaluate(RECOLOUR, words[o].tolist()) for o in COLOURS]
    page.close()
    return took


def installed():
    "Those that can be imported; one without its own dependencies would never draw"
    found = []
    for name in PEERS:
        with contextlib.suppress(ImportError): found += [importlib.import_module(name).__name__]
    return found


def medians(took): return {k: round(float(np.median(v)), 1) for k, v in took.items()}


def measure(chromium, pages, notebooks, folder, repeats):
    "For sizes of pages and of notebooks -> {peer: {where: {number: {name: milliseconds}}}}"
    found = {o: {'page': {}, 'JupyterLab': {}} for o in installed()}
    for n in pages: found['plotly']['page'][n] = medians(as_page(chromium, n, folder, repeats))
    for peer in found:
        for n in notebooks:
            took = in_jupyterlab(chromium, peer, n, folder, repeats)
            found[peer]['JupyterLab'][n] = medians(took)
    return found


def tell(found):
    "A line for each peer, place and number"
    for name in PEERS.keys() - found.keys(): print(f'{PEERS[name]}: not installed')
    for peer, places in found.items():
        for where, sizes in places.items():
            for n, o in sizes.items():
                times = ', '.join(f'{k} {v:,.0f} ms' for k, v in o.items())
                print(f'{PEERS[peer]}, {where}, {n:,} dots: {times}')


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--scenes', type=int, nargs='+', default=[20_000])
    p.add_argument('--repeats', type=int, default=9, help='hovers')
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as tmp, browser() as chromium:
        found = measure(chromium, args.scenes, args.scenes, Path(tmp), args.repeats)
    tell(found)
    print(json.dumps(dict(benchmark='studio_peers', found=found)))


if __name__ == '__main__': main()
