"""The rules of the house, held by reading the library: what may import what, what is never used,
how long things may be, what must be explained."""
import ast, importlib, inspect, json, re, statistics, subprocess, sys
from functools import cache
from pathlib import Path
import nbformat
import pytest
from fastcore.docments import docments

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT/'scene_explore'
MODULES = {
    '.'.join(p.relative_to(LIBRARY).with_suffix('').parts): p
    for p in sorted(LIBRARY.rglob('*.py'))
    if not p.stem.startswith('_')
}
ORDER = [
    'core',
    'video',
    'datasets',
    'encoders',
    'labels',
    'geometry',
    'training',
    'segmentation',
    'views',
    'pipelines',
]
STRANGERS = [{'labels', 'geometry'}] # neither imports from the other
NOTEBOOKS = [
    p for p in sorted((ROOT / 'nbs').rglob('*.ipynb')) if '.ipynb_checkpoints' not in p.parts
]
each_module = pytest.mark.parametrize('module', MODULES)

# read once, and not once a rule
@cache
def tree(module): return ast.parse(MODULES[module].read_text('utf-8'))

@cache
def rooms():
    "The notebook of every module: {module: notebook's name}"
    names = {
        p.relative_to(ROOT / 'nbs').as_posix(): re.search(
            r'#\|\s*default_exp\s+([\w.]+)', p.read_text('utf-8')
        )
        for p in NOTEBOOKS
    }
    return {found[1]: name for name, found in names.items() if found}

# ---- one idea, one room, in the order the data walks through them
def imported(code, package=''):
    """What of the library `code` imports, at the top or inside a function: modules, and packages
    whose names are asked for; `package`: where the code lies"""
    found = set()
    for node in ast.walk(code):
        if isinstance(node, ast.Import): found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ['scene_explore', *package.split('.')] if package else ['scene_explore']
            base = (
                '.'.join(
                    [*above[: len(above) - node.level + 1], *([node.module] if node.module else [])]
                )
                if node.level
                else node.module
            )
            found |= {
                base if base.removeprefix('scene_explore.') in MODULES else f'{base}.{a.name}'
                for a in node.names
            }
    return {
        name.removeprefix('scene_explore.') for name in found if name.startswith('scene_explore.')
    }

def rank(module): # where it stands in the order of imports: its package, then its notebook's number
    return ORDER.index(module.split('.')[0]), rooms()[module]

def beyond(module, other): # whether a module may not import from another, or from a package by name
    ours, theirs = module.split('.')[0], other.split('.')[0]
    if {ours, theirs} in STRANGERS or theirs not in ORDER: return True
    return (
        rank(other) >= rank(module)
        if other in MODULES
        else ORDER.index(theirs) >= ORDER.index(ours)
    )

def test_every_import_is_seen():
    top = (
        'import numpy, scene_explore.a\nfrom .scenes import x\nfrom ..video import shots\nfrom ..'
        ' import geometry\nfrom scene_explore import d\n'
    )
    found = imported(
        ast.parse(top + 'def f():\n    from scene_explore.core.store import y'), 'core'
    )
    assert found == {'a', 'core.scenes', 'video.shots', 'geometry', 'd', 'core.store'}

def test_an_import_against_the_order_is_seen():
    assert (
        beyond('core.scenes', 'core.store')
        and beyond('video.shots', 'geometry')
        and beyond('labels.agreement', 'geometry.retrieval')
    )
    assert (
        not beyond('core.store', 'core.scenes')
        and not beyond('views.deck', 'geometry')
        and not beyond('training.losses', 'labels.agreement')
    )

def test_every_module_has_one_notebook(): assert set(MODULES) == set(rooms())

@each_module
def test_a_module_imports_only_from_rooms_before_it(module):
    later = {
        other
        for other in imported(tree(module), module.rpartition('.')[0]) - {'_lazy', '__version__'}
        if beyond(module, other)
    }
    assert not later, f'{rooms()[module]} imports from {later}'

def test_every_module_lies_in_a_package():
    assert {m.split('.')[0] for m in MODULES} <= set(ORDER) and all('.' in m for m in MODULES)

# ---- what a person types
def test_every_name_of_the_facades_is_there():
    import scene_explore
    from scene_explore import geometry
    from scene_explore.datasets import world
    for package in (scene_explore, geometry, world):
        assert all(getattr(package, name) is not None for name in package.__all__) and set(
            package.__all__
        ) <= set(dir(package))
        with pytest.raises(AttributeError, match='no_such_name'): package.no_such_name  # noqa: B018

# ---- light to import
HEAVY = ['torch', 'transformers', 'umap', 'sklearn', 'av', 'scenedetect', 'plotly']

def loaded(*names):
    "What a fresh Python has loaded after importing these"
    code = (
        f'import sys, importlib\nfor n in {names!r}:'
        ' importlib.import_module(n)\nprint(*sys.modules)'
    )
    done = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())

def test_the_package_loads_nothing_heavy():
    found = loaded('scene_explore')
    assert 'scene_explore' in found and not found & set(HEAVY)

@pytest.mark.parametrize(
    'module', ['core.scenes', 'core.store', 'geometry.spaces', 'views.figures']
)
def test_looking_at_stored_embeddings_needs_no_model_library(module):
    assert not loaded(f'scene_explore.{module}') & {
        'torch',
        'transformers',
        'umap',
        'IPython',
        'nbformat',
    }

def test_a_process_that_only_counts_loads_only_what_counts():
    assert not loaded('scene_explore.pipelines.attempts') & {*HEAVY, 'pandas', 'numpy'}

# ---- never used
def unsafe(code):
    "Where `code` would run what a file says"
    modules = {'pickle', 'cPickle', 'dill', 'cloudpickle', 'joblib', 'shelve', 'marshal'}
    calls, methods = {'eval', 'exec'}, {'read_pickle', 'to_pickle'}
    for node in ast.walk(code):
        names = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ''] if isinstance(node, ast.ImportFrom) else []
        )
        if {n.split('.')[0] for n in names} & modules: yield node.lineno, f'imports {names}'
        if not isinstance(node, ast.Call): continue
        options = {k.arg: getattr(k.value, 'value', None) for k in node.keywords}
        called = ast.unparse(node.func)
        if called in calls or called.split('.')[-1] in methods: yield node.lineno, called
        if options.get('trust_remote_code') or options.get('allow_pickle'):
            yield node.lineno, called
        if called == 'torch.load' and options.get('weights_only') is not True:
            yield node.lineno, 'torch.load without weights_only=True'

def test_every_unsafe_call_is_seen():
    code = [
        'from pickle import loads',
        "eval('1')",
        "exec('1')",
        'f(trust_remote_code=True)',
        'np.load(p, allow_pickle=True)',
        'torch.load(p)',
        'pd.read_pickle(p)',
    ]
    assert all(list(unsafe(ast.parse(line))) for line in code)
    assert not list(
        unsafe(
            ast.parse(
                'model.eval()\nf(trust_remote_code=False)\ntorch.load(p,'
                ' weights_only=True)\nnp.load(p, allow_pickle=False)'
            )
        )
    )

@each_module
def test_nothing_runs_what_a_file_says(module): assert list(unsafe(tree(module))) == []

# ---- short
def body_lines(function, source):
    "Lines of code of a function: not its signature, docstring, comments or blank lines"
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    lines = source[body[0].lineno - 1:body[-1].end_lineno] if body else []
    return sum(bool(line.strip()) and not line.strip().startswith('#') for line in lines)

def functions(code):
    return [n for n in ast.walk(code) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]

def test_lines_of_code_are_counted():
    source = (
        'def f(a, # one\n      b):\n    "What it does"\n    # why\n    x = (a +\n         b)\n\n   '
        ' return x\n'
    )
    assert [body_lines(f, source.splitlines()) for f in functions(ast.parse(source))] == [3]

@each_module
def test_a_module_is_short(module):
    assert len(MODULES[module].read_text('utf-8').splitlines()) < 500

def test_the_median_function_is_short():
    lengths = [
        body_lines(f, MODULES[m].read_text('utf-8').splitlines())
        for m in MODULES
        for f in functions(tree(m))
    ]
    assert statistics.median(lengths) < 8

@each_module
def test_no_function_is_long(module):
    source = MODULES[module].read_text('utf-8').splitlines()
    lengths = {f.name: body_lines(f, source) for f in functions(tree(module))}
    assert {name: n for name, n in lengths.items() if n > 40} == {}

@pytest.mark.parametrize('notebook', NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_light(notebook): assert notebook.stat().st_size < 1_000_000

# ---- explained
def library(module):
    "A module of the library, imported"
    return importlib.import_module(f'scene_explore.{module}')

def public(module):
    "Every function of a module that is for others, and the methods of its classes"
    loaded = library(module)
    for name in getattr(loaded, '__all__', []):
        thing = getattr(loaded, name)
        if inspect.isfunction(thing): yield name, thing
        elif inspect.isclass(thing):
            for method, f in vars(thing).items():
                f = getattr(f, 'fget', None) or getattr(f, '__func__', f)
                if (
                    inspect.isfunction(f)
                    and not method.startswith('_')
                    and f.__module__ == loaded.__name__
                ):
                    yield f'{name}.{method}', f

def unexplained(function):
    "The parameters without a comment"
    return [
        p
        for p, why in docments(function, returns=False, args_kwargs=True).items()
        if not why and p not in ('self', 'cls')
    ]

def explained(a, # with a comment
              b, c=1, # only c has one
              *rest): return a, b, c, rest

def test_a_missing_comment_is_seen(): assert unexplained(explained) == ['b', 'rest']

@each_module
def test_every_public_function_says_what_it_does_and_takes(module):
    found = [
        (name, [] if f.__doc__ else ['a docstring'], unexplained(f)) for name, f in public(module)
    ]
    lacks = [
        f'{name} lacks {", ".join(doc + [f"a comment on {p}" for p in bare])}'
        for name, doc, bare in found
        if doc or bare
    ]
    assert not lacks, '\n'.join(lacks)

@each_module
def test_every_public_class_says_what_it_is(module):
    loaded = library(module)
    classes = [
        getattr(loaded, n)
        for n in getattr(loaded, '__all__', [])
        if inspect.isclass(getattr(loaded, n))
    ]
    assert [
        c.__name__
        for c in classes
        if not (c.__doc__ or '').strip() or c.__doc__.startswith(f'{c.__name__}(')
    ] == []

@cache
def read(notebook): return json.loads(notebook.read_text('utf-8'))

def cells(notebook): return read(notebook)['cells']

each_notebook = pytest.mark.parametrize('notebook', NOTEBOOKS, ids=lambda p: p.stem)

# and with nothing else: nbdev makes the page's title of the cell
@each_notebook
def test_a_notebook_opens_with_its_name_and_one_line(notebook):
    first = cells(notebook)[0]
    assert first['cell_type'] == 'markdown' and re.fullmatch(
        r'# [^\n]+' if notebook.stem == 'index' else r'# [^\n]+\n+> [^\n]+(\n[^\n]+)*',
        ''.join(first['source']).strip(),
    )

# ---- read where nothing runs
RICH = {'application/vnd.plotly.v1+json', 'application/vnd.jupyter.widget-view+json'}

@each_notebook
def test_no_state_of_widgets_is_kept(notebook):
    assert 'widgets' not in read(notebook)['metadata']


@each_notebook
def test_figures_and_panels_have_a_picture_for_readers_without_a_kernel(notebook):
    bare = [
        i
        for i, c in enumerate(cells(notebook))
        for o in c.get('outputs', [])
        if RICH & set(o.get('data', {})) and 'image/png' not in o['data']
    ]
    assert (
        not bare
    ), f'cells {bare} have none: python tools/site/stills.py {notebook.relative_to(ROOT)}'

# no errors, no warnings and bars of progress, and outputs where there is something to see
@each_notebook
def test_a_notebook_is_committed_as_it_ran(notebook):
    put_out = [o for c in cells(notebook) for o in c.get('outputs', [])]
    assert not [o for o in put_out if o['output_type'] == 'error' or o.get('name') == 'stderr']
    assert put_out or not [
        c for c in cells(notebook) if c['cell_type'] == 'code' and c['source']
    ], 'it has no outputs'

# by nbformat's own rules; two cells of one id are a warning, which is an error in these tests
@each_notebook
def test_a_notebook_is_valid(notebook): nbformat.validate(nbformat.read(notebook, 4))

def printed_paths(notebook):
    "Dotted paths into the library in what the cells have put out"
    put_out = [o for c in cells(notebook) for o in c.get('outputs', [])]
    texts = [o.get('text', '') for o in put_out]
    texts += [o.get('data', {}).get('text/plain', '') for o in put_out]
    text = '\n'.join(''.join(t) for t in texts)
    return set(re.findall(r'(?<![\w/.])scene_explore(?:\.[A-Za-z_]\w*)+', text))

def is_there(path):
    module, *names = path.split('.')
    found = importlib.import_module(module)
    for name in names:
        if not hasattr(found, name):
            try: importlib.import_module(f'{found.__name__}.{name}')
            except ImportError: return False
        found = getattr(found, name)
    return True

def test_a_path_that_is_not_there_is_seen():
    assert is_there('scene_explore.views.gallery.Gallery') and is_there('scene_explore.views')
    assert not is_there('scene_explore.gallery.Gallery')
    assert not is_there('scene_explore.views.gallery.Galery')

@each_notebook
def test_outputs_name_only_what_is_there(notebook):
    assert [o for o in sorted(printed_paths(notebook)) if not is_there(o)] == []

# the gate runs two at a time, a thread each: more than there are cores spin, waiting for each other
@each_notebook
def test_a_notebook_takes_no_more_threads_than_it_is_given(notebook):
    code = '\n'.join(''.join(c['source']) for c in cells(notebook) if c['cell_type'] == 'code')
    assert not re.findall(r'set_num_threads\((?:[2-9]|\d\d|os\.).*', code)

# nbdev's docs pass runs cells with imports again, and would run the rest of them too
@each_notebook
def test_imports_have_cells_of_their_own(notebook):
    shown = [''.join(c['source']) for c in cells(notebook) if c['cell_type'] == 'code']
    parsed = [
        ast.parse(re.sub(r'^[%!].*$', '', o, flags=re.M))
        for o in shown
        if not re.search(r'^#\|\s*(export|default_exp)', o, re.M)
    ]
    assert not [
        ast.unparse(o)
        for o in parsed
        if 0 < sum(isinstance(n, (ast.Import, ast.ImportFrom)) for n in ast.walk(o)) != len(o.body)
    ]

# ---- lines and cells
def complaints(code):
    "The rules of the linter that `code` breaks"
    command = ['ruff', 'check', '--output-format', 'concise', '--stdin-filename', 'tests/x.py', '-']
    done = subprocess.run(command, input=code, capture_output=True, text=True, cwd=ROOT)
    return set(re.findall(r': ([A-Z]+[0-9]+) ', done.stdout))

def test_the_linter_holds_lines_statements_and_lambdas():
    assert complaints(f'x = "{"a"*100}"\n') == {'E501'}
    assert complaints('x = 1; y = 2\n') == {'E702'}
    assert complaints('double = lambda x: 2*x\n') == {'E731'}
    assert complaints('def double(x): return 2*x\n') == set()

SHORT, LONG = 15, 120   # lines of an export cell; of one that holds a single definition

def crowded(source):
    "Why an export cell is too long, or nothing"
    lines = source.count('\n')
    defined = [n for n in ast.parse(source).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    if lines > SHORT and len(defined) > 1: return f'{lines} lines of {len(defined)} definitions'
    return f'{lines} lines' if lines > LONG else ''

def test_a_long_cell_is_seen():
    two = '#| export\ndef f(): pass\ndef g(): pass\n'
    assert not crowded(two) and crowded(two + '#\n'*SHORT)
    one = '#| export\ndef f():\n' + '    x = 1\n'*SHORT
    assert not crowded(one) and crowded(one*2) and crowded(one + '    x = 1\n'*LONG)

@each_notebook
def test_an_export_cell_is_one_idea(notebook):
    found = [''.join(c['source']) for c in cells(notebook) if c['cell_type'] == 'code']
    exported = [s for s in found if s.startswith('#| export')]
    assert not [(s.splitlines()[1], crowded(s)) for s in exported if crowded(s)]

# ---- public is what somebody else uses
def words_by_file():
    "The words of every module, test, benchmark, tool and of the live cells of every notebook"
    found = {m: set(re.findall(r'\w+', p.read_text('utf-8'))) for m, p in MODULES.items()}
    for folder in ('tests', 'benchmarks', 'tools'):
        for p in (ROOT/folder).rglob('*'):
            if p.suffix == '.py' or p.is_file() and not p.suffix:
                found[str(p)] = set(re.findall(r'\w+', p.read_text('utf-8')))
    modules = {notebook: module for module, notebook in rooms().items()}
    for p in NOTEBOOKS:
        live = [''.join(c['source']) for c in cells(p) if c['cell_type'] == 'code']
        live = [s for s in live if '#| export' not in s]
        where = modules.get(p.relative_to(ROOT/'nbs').as_posix(), str(p))
        found[f'{where} live'] = set(re.findall(r'\w+', '\n'.join(live)))
    return found

def unused(module, words):
    "Public functions and constants of a module that nobody outside of its notebook names"
    loaded = library(module)
    own = {module, f'{module} live'}
    return [
        n for n in getattr(loaded, '__all__', [])
        if not inspect.isclass(getattr(loaded, n))
        and not any(n in found for where, found in words.items() if where not in own)
    ]

def test_a_public_name_is_used_by_somebody():
    words = words_by_file()
    assert unused('core.printable', {'core.printable': {'printable'}})
    lonely = {m: found for m in MODULES if (found := unused(m, words))}
    assert not lonely, lonely

# ---- words that a person reads
RIDDLES = re.compile(
    r"\bHold\b(?! (down|a key))|\bPlay on\b|\blets go\b|off the diagonal|\border kept\b"
    r"|loss of one point|\bvoices\b|films that (steer|judge)|\bis no backbone\b|gone / new"
    r"|\bforetold\b|\bstoreys?\b",
)
SOURCES = sorted((LIBRARY/'views/web/src').rglob('*.js'))

def js_texts(source):
    "The quoted texts of a script, its comments left out"
    code = re.sub(r'/\*[\s\S]*?\*/|^\s*//.*$|\s//\s.*$', '', source, flags=re.M)
    return [a or b for a, b in re.findall(r"'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", code)]

def py_texts(code):
    "The texts of a module, its docstrings left out"
    scopes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = [n for n in ast.walk(code) if isinstance(n, scopes) and ast.get_docstring(n) is not None]
    docs = {id(n.body[0].value) for n in told}
    texts = [n for n in ast.walk(code) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [n.value for n in texts if id(n) not in docs]

def riddles(texts): return [o for o in texts if RIDDLES.search(o)]

def test_a_riddle_is_seen():
    assert riddles(js_texts("button('Hold') // Play on\nsay(`order kept`) /* voices */")) == [
        'Hold', 'order kept'
    ]
    assert riddles(py_texts(ast.parse('"voices"\nx = "off the diagonal"'))) == ['off the diagonal']

@pytest.mark.parametrize('script', SOURCES, ids=lambda p: p.stem)
def test_panels_speak_in_the_terms_of_the_field(script):
    assert not riddles(js_texts(script.read_text('utf-8')))

SHOWN = [m for m in MODULES if m.split('.')[0] in ('views', 'pipelines')]

@pytest.mark.parametrize('module', SHOWN)
def test_pages_and_commands_speak_in_the_terms_of_the_field(module):
    assert not riddles(py_texts(tree(module)))
