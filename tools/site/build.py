"""Build the site of the notebooks in _docs: `python tools/site/build.py --help`

notebooks -> nbdev's processors -> markdown -> Zensical. A page shows the outputs that its notebook
carries; the notebooks with linked panels are run, since what is behind a panel is in no notebook.
Everything that a page needs lies in the site itself.
"""
import argparse
import gzip
import html
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import api
import nbformat
import yaml
from latex2mathml.converter import convert
from nbclient import NotebookClient
from nbdev.config import get_config
from nbdev.frontmatter import FrontmatterProc
from nbdev.process import NBProcessor
from nbdev.processors import (
    filter_stream_,
    hide_line,
    populate_language,
    rm_header_dash,
    strip_ansi,
)
from tqdm import tqdm

HERE, ROOT = Path(__file__).resolve().parent, Path(__file__).resolve().parents[2]
HOME = ROOT/'out/site'                              # where notebooks are run for the site
# the notebooks of nbs/studio whose panels are on the site
LIVE = ('explore', 'weighting_lab', 'compare')
VIEW = 'application/vnd.jupyter.widget-view+json'
PLOTLY = 'application/vnd.plotly.v1+json'
FILES = {
    'CONTRIBUTING.md': 'contributing',
    'CHANGELOG.md': 'changelog',
    'SECURITY.md': 'security',
    'LICENSE': 'licence',
    'data/sample/backbone/README.md': 'backbone',
}
PACKAGES = {
    'core': 'Core',
    'video': 'Video',
    'datasets': 'Datasets',
    'datasets/world': 'The film world',
    'encoders': 'Encoders',
    'labels': 'Labels',
    'geometry': 'Geometry',
    'training': 'Training',
    'segmentation': 'Segmentation',
    'views': 'Views',
    'pipelines': 'Pipelines',
}
GUIDE = (
    'tour',
    'how_to',
    'adding_an_encoder',
    'mathematics',
    'benchmarks',
    'scale',
    'glossary',
)
STUDIO = (
    'explore', 'weighting_lab', 'compare', 'labels', 'three_settings', 'scene_vlm', 'movies2scenes'
)

# In the kernel of a notebook that is run for the site, panels put themselves out as a page of their
# own, in a frame.
PANELS = '''
from html import escape
from itertools import count
from pathlib import Path
from IPython.display import display
from scene_explore.views.stage import Stage
def _framed(stage, number=count(1), name={name!r}, title={title!r}):
    page = f'{{name}}-{{next(number)}}.html'
    # a page shows what a person sees who waits
    if hasattr(stage, 'wait'): stage.wait()
    # a budget for previews on a page of the web
    stage.to_html(Path({folder!r})/page, title, budget=2_000_000, progress=False)
    named = f'{{escape(title)}}: the panels'
    return (f'<iframe class="panels" src="panels/{{page}}" title="{{named}}"></iframe>'
            f'<p><a href="panels/{{page}}">The panels alone, on a page of their own</a></p>')
Stage._ipython_display_ = lambda stage: display({{'text/html': _framed(stage)}}, raw=True)
'''


# -- which page is where
def page_of(path):
    """A file of the project -> its page, without ending: core/08_scenes.ipynb -> core/scenes, as
    nbdev names it"""
    path = Path(path)
    if str(path) in FILES: return FILES[str(path)]
    return path.relative_to('nbs').with_name(re.sub(r'^\d+_', '', path.stem)).as_posix()


def sources():
    "Every notebook and page of text, in the order of the house: path from the root -> page"
    found = sorted(
        o.relative_to(ROOT)
        for end in ('ipynb', 'md')
        for o in (ROOT / 'nbs').rglob(f'*.{end}')
        if not any(p[0] in '._' for p in o.relative_to(ROOT / 'nbs').parts)
    )
    return {o: page_of(o) for o in [*found, *map(Path, FILES)] if (ROOT/o).exists()}


def relinked(text, source, pages):
    "Links to files of the project, as they are written for GitHub, become links to their pages"
    def link(m):
        target = os.path.normpath(source.parent/m[1])
        there = pages.get(Path(target))
        return (
            m[0]
            if there is None
            else f']({os.path.relpath(there + ".md", Path(pages[source]).parent)}{m[2] or ""})'
        )
    return re.sub(r'\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)', link, text)


def navigation(pages):
    "Tabs and their pages, the library by package"
    at = {v: k for k, v in pages.items()}
    def have(names): return [f'{o}.md' for o in names if o in at]
    def package(o): return o.parent.relative_to('nbs').as_posix()
    rooms = [o for o in pages if o.suffix == '.ipynb' and o.name[0].isdigit()]
    return [
        {'Home': 'index.md'},
        {'Guide': have(f'guide/{o}' for o in GUIDE)},
        {'Studio': have(f'studio/{o}' for o in STUDIO)},
        {
            'Library': [
                {title: [f'{pages[o]}.md' for o in rooms if package(o) == key]}
                for key, title in PACKAGES.items()
            ]
        },
        {'Project': have(FILES.values())},
    ]


# -- a notebook is run
def settle():
    """The folder in which notebooks are run, with the films in it; it may have moved with the
    checkout"""
    (HOME/'nbs/studio').mkdir(parents=True, exist_ok=True)
    (HOME/'data').unlink(missing_ok=True)
    (HOME/'data').symlink_to(ROOT/'data')


def run(notebook, site):
    """The notebook, run down to its last panel; its panels lie beside its page. Outputs below that
    are those that it carries. It runs in a folder of its own, `HOME`, so that what was selected
    or trained at home is not on the site"""
    nb, name = nbformat.read(ROOT/notebook, 4), notebook.stem
    title = re.match(r'# (.*)', nb.cells[0].source)[1]
    last = max(
        (
            i
            for i, c in enumerate(nb.cells)
            for o in c.get('outputs', [])
            if VIEW in o.get('data', {})
        ),
        default=None,
    )
    if last is None:
        raise ValueError(
            f'{notebook} carries no panel: run it in JupyterLab and save it with its outputs'
        )
    prepared = nbformat.v4.new_code_cell(
        PANELS.format(name=name, title=title, folder=str(site / 'studio/panels'))
    )
    head = nbformat.v4.new_notebook(metadata=nb.metadata, cells=[prepared, *nb.cells[:last + 1]])
    client = NotebookClient(
        head,
        timeout=900,
        kernel_name='python3',
        store_widget_state=False,
        resources=dict(metadata=dict(path=str(HOME / notebook.parent))),
    )
    client.extra_arguments = ['--IPKernelApp.log_level=40']
    client.execute()
    return nbformat.v4.new_notebook(
        metadata=nb.metadata, cells=[*head.cells[1:], *nb.cells[last + 1 :]]
    )


# -- an output, a cell, a notebook as markdown
def packed(text):
    "A text for the site's script, which unpacks it: a static server sends files as they are"
    return gzip.compress(text.encode(), mtime=0)


def kept(site, folder, data, end):
    "Bytes as a file that is named by what is in it -> its path from the site's root"
    path = site/folder/f'{sha256(data).hexdigest()[:16]}.{end}'
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path.relative_to(site).as_posix()


def picture(o, site, up):
    "The picture of an output, as an img element"
    mime = min(
        (m for m in ('image/jpeg', 'image/png') if m in o), key=lambda m: len(o[m]), default=None
    )
    return (
        ''
        if mime is None
        else (
            '<img alt="picture put out by the notebook" loading="lazy"'
            f' src="{up}{kept(site, "img", b64decode(o[mime]), mime[6:])}">'
        )
    )


def short(o):
    "Numbers to six digits, more than a screen can show"
    if isinstance(o, dict): return {k: short(v) for k, v in o.items()}
    return (
        [short(v) for v in o]
        if isinstance(o, list)
        else float(f'{o:.6g}') if isinstance(o, float) else o
    )


def figure(o, site, up):
    "A plotly figure: its data as a file, and its picture for those without JavaScript"
    fig = {k: o[PLOTLY].get(k) or ({} if k == 'layout' else []) for k in ('data', 'layout')}
    file = kept(site, 'fig', packed(json.dumps(short(fig), separators=(',', ':'))), 'packed')
    title = html.escape(
        re.sub('<[^>]*>', ' ', (fig['layout'].get('title') or {}).get('text') or 'Figure')
    )
    # several plots side by side are scrolled to on a narrow screen
    kind = 'figure wide' if 'xaxis2' in fig['layout'] else 'figure'
    return (
        f'<div class="scrolled"><div class="{kind}" role="group" aria-label="{title}"'
        f' data-figure="{up}{file}" style="height:{fig["layout"].get("height") or 450}px">'
        f'<noscript>{picture(o, site, up)}</noscript></div></div>'
    )


def output(o, site, up):
    "One output as markdown, the richest form that needs no kernel"
    if o.output_type == 'error': raise RuntimeError(f'{o.ename}: {o.evalue}')
    if o.output_type == 'stream':
        return (
            api.fenced('text', text.rstrip())
            if o.name == 'stdout' and (text := ''.join(o.text)).strip()
            else ''
        )
    d = {k: v if isinstance(v, dict) else ''.join(v) for k, v in o.data.items()}
    if PLOTLY in d: return figure(d, site, up)
    # the panel itself follows, or its picture
    if 'class="se-still"' in d.get('text/html', ''): return ''
    if 'text/html' in d:
        return (
            '<div class="output" data-search-exclude>'
            + re.sub(
                r'<style scoped>.*?</style>|\n\s*(?=\n)', '', d['text/html'], flags=re.S
            ).strip()
            + '</div>'
        )
    if 'text/markdown' in d: return d['text/markdown']
    if 'image/svg+xml' in d: return f'<div class="output">{d["image/svg+xml"]}</div>'
    if shown := picture(d, site, up): return shown
    return api.fenced('text', d['text/plain']) if 'text/plain' in d and VIEW not in d else ''


def mathematics(text):
    "TeX becomes MathML, which browsers draw themselves"
    block = re.sub(
        r'\$\$(.+?)\$\$',
        lambda m: f'\n\n<div class="math">{convert(m[1], display="block")}</div>\n\n',
        text,
        flags=re.S,
    )
    return re.sub(
        r'(?<![\w$\\])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])',
        lambda m: f'<span>{convert(m[1])}</span>', # bare at the start of a line it ends a paragraph
        block,
    )


def bare(source):
    "A cell's code without nbdev's directives"
    return re.sub(r'^#\|.*\n?', '', source, flags=re.M).strip()


def cell(c, module, site, up):
    "One cell as markdown"
    d = c.get('directives_') or {}
    if 'hide' in d or 'default_exp' in d: return ''
    if c.cell_type == 'markdown':
        return api.linked(api.outside(api.CODE, mathematics, c.source), up, module)
    if c.cell_type != 'code' or not c.source.strip(): return ''
    if {'export', 'exports'} & set(d):
        return api.linked(api.cell(bare(c.source), module), up, module)
    code = (
        []
        if d.get('echo:') == ['false']
        else [api.folded(bare(c.source))] if 'exporti' in d else [api.fenced('py', bare(c.source))]
    )
    return '\n\n'.join(code + [t for o in c.outputs if (t := output(o, site, up))])


def markdown(nb, page, site):
    "A notebook that nbdev's processors have read, as one page of markdown"
    up, front = '../'*page.count('/'), nb.frontmatter_
    module = next(
        (
            c.directives_['default_exp'][0]
            for c in nb.cells
            if 'default_exp' in (c.get('directives_') or {})
        ),
        None,
    )
    exported = [
        bare(c.source) for c in nb.cells if {'export', 'exports'} & set(c.get('directives_') or {})
    ]
    parts = [cell(c, module, site, up) for c in nb.cells if c.cell_type != 'raw'] + (
        [api.handed_on(module, exported, up)] if module else []
    )
    title, told = front.get('title', page), front.get('description', '')
    head = yaml.safe_dump(dict(title=title, description=told))
    return (
        f'---\n{head}---\n\n# {title}\n\n'
        + (f'{told}\n{{ .lead }}\n\n' if told else '')
        + '\n\n'.join(o for o in parts if o.strip())
        + '\n'
    )


def processed(nb, path):
    "The notebook after those of nbdev's processors that run nothing"
    from execnb.nbio import dict2nb
    nb = dict2nb(json.loads(nbformat.writes(nb)))
    nb.path_ = path
    NBProcessor(
        nb=nb,
        procs=[
            FrontmatterProc,
            populate_language,
            strip_ansi,
            hide_line,
            filter_stream_,
            rm_header_dash,
        ],
    ).process()
    return nb


# -- the whole
def assets(site):
    "The script, the style, and plotly.js, packed: a page unpacks it"
    from plotly.offline import get_plotlyjs
    (site/'assets').mkdir()
    for o in ('site.js', 'site.css'): shutil.copy(HERE/o, site/'assets')
    (site/'assets/plotly.packed').write_bytes(packed(get_plotlyjs()))
    for o in (ROOT/'nbs/images').glob('*.png'):
        (site/'images').mkdir(exist_ok=True)
        shutil.copy(o, site/'images')


def write(source, page, nb, site, pages):
    "One page of the site, in markdown"
    text = (
        (ROOT / source).read_text(encoding='utf-8')
        if nb is None
        else markdown(processed(nb, ROOT / source), page, site)
    )
    if source.name == 'LICENSE': text = f'# Licence\n\n{text}'
    if nb is None:
        text = api.linked(api.outside(api.CODE, mathematics, text), '../'*page.count('/'))
    (site/f'{page}.md').parent.mkdir(parents=True, exist_ok=True)
    (site/f'{page}.md').write_text(relinked(text, source, pages), encoding='utf-8')


# the table of a function's parameters, as the index has it: a parameter is found by its function
TABLE = re.compile(r'\bparameter type (default )?.*')
# where nobody looks a function up
UNSEARCHED = (
    'changelog.html',
    'licence',
    'contributing.html',
    'security.html',
    'backbone.html',
    'guide/tour.html', # says of each module what the module's own page says
)
FOUND_BY = 600 # characters of a section: its first hundred words

def lighten(index):
    """Every page loads the search index: only words, without their markup, pictures, empty lists
    and tables of parameters, of a section how it begins, and nothing of `UNSEARCHED`"""
    found = json.loads(index.read_text())
    found['items'] = [o for o in found['items'] if not o['location'].startswith(UNSEARCHED)]
    for o in found['items']:
        if not o['tags']: del o['tags']
        if o['path'][:1] == ['Library']: del o['path'][0]   # of nearly all, so that it says nothing
        words = re.sub(r'</?(?:p|code|em|strong|ul|ol|li)>|&lt;img .*?&gt;', ' ', o['text'])
        words = TABLE.sub('', re.sub(r'\s+', ' ', words)).strip()
        o['text'] = textwrap.shorten(words, FOUND_BY, placeholder='')
    index.write_text(json.dumps(found, ensure_ascii=False, separators=(',', ':')))


PLAIN = re.compile(r'<span class="[nwp]">([^<]*)</span>')   # names, blanks, punctuation

def slim(page):
    """Names, blanks and punctuation of code need no markup of their own, a third of its bytes;
    before the article the tree of pages holds as many blanks as words"""
    tree, article, rest = page.read_text('utf-8').partition('<article')
    page.write_text(re.sub(r'\n\s+', '\n', tree) + article + PLAIN.sub(r'\1', rest), 'utf-8')


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument(
        '--no-panels',
        action='store_true',
        help='run no notebook: pictures in place of panels, in seconds',
    )
    a = p.parse_args()
    os.chdir(ROOT)
    began = time.monotonic()
    work = ROOT/'_site'
    site = ROOT/'_site/pages'
    pages = sources()
    shutil.rmtree(work, ignore_errors=True)
    site.mkdir(parents=True)
    assets(site)
    settle()
    live = [] if a.no_panels else [Path(f'nbs/studio/{o}.ipynb') for o in LIVE]
    with ThreadPoolExecutor(2) as pool:
        ran = dict(
            zip(
                live,
                tqdm(
                    pool.map(lambda o: run(o, site), live),
                    'notebooks with panels',
                    len(live),
                    disable=not live,
                ),
                strict=True,
            )
        )
    for source, page in pages.items():
        nb = ran.get(source) or nbformat.read(ROOT/source, 4) if source.suffix == '.ipynb' else None
        write(source, page, nb, site, pages)
    config = yaml.safe_load((HERE / 'mkdocs.yml').read_text()) | dict(
        nav=navigation(pages), site_url=f'{get_config().doc_host}{get_config().doc_baseurl}/'
    )
    (work/'mkdocs.yml').write_text(yaml.safe_dump(config, sort_keys=False))
    subprocess.run(
        [Path(sys.executable).with_name('zensical'), 'build', '-f', 'mkdocs.yml'],
        cwd=work,
        check=True,
    )
    lighten(work/'html/search.json')
    for page in (work/'html').rglob('*.html'): slim(page)
    shutil.rmtree(ROOT/'_docs', ignore_errors=True)
    (work/'html').rename(ROOT/'_docs')
    print(f'_docs/index.html and {len(pages) - 1} other pages in {time.monotonic() - began:.0f} s')


if __name__ == '__main__': main()
