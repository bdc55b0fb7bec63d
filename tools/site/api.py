"""What a reader has to know of a public name, from its signature, docstring and docments, as
markdown"""
import ast
import html
import inspect
import re
import sys
from collections import defaultdict
from functools import cache
from importlib import import_module

from fastcore.docments import docments

from scene_explore import _modidx

FENCE = r'^(?P<ticks>`{3,}|~{3,}).*?^(?P=ticks)[ \t]*$'
FENCED = re.compile(FENCE, re.M | re.S)
CODE = re.compile(FENCE + r'|`[^`\n]+`', re.M | re.S)


def outside(code, change, text):
    "`change` a text but for its code: `FENCED` blocks, or all `CODE`, that in backticks too"
    at, out = 0, []
    for m in code.finditer(text):
        out += [change(text[at:m.start()]), m[0]]
        at = m.end()
    return ''.join([*out, change(text[at:])])


def fenced(language, text):
    """Code, or what it printed: shown, and left out of the search; the fence is longer than any in
    the text"""
    ticks = '`'*max([3, *(len(o) + 1 for o in re.findall(r'`{3,}', text))])
    return f'{ticks}{{ .{language} data-search-exclude="" }}\n{text}\n{ticks}'


@cache
def index():
    """Public names of the library -> {module: page and anchor}, such as map_at_r -> {retrieval:
    retrieval.html#map_at_r}"""
    found = defaultdict(dict)
    for module, symbols in _modidx.d['syms'].items():
        public = getattr(import_module(module), '__all__', [])
        for path, (page, _) in symbols.items():
            name = path.removeprefix(f'{module}.')
            if name.split('.')[0] in public and not re.search(r'(^|\.)_', name):
                found[name][module.removeprefix('scene_explore.')] = f'{page.split("#")[0]}#{name}'
    return found


def address(name, module=''):
    """Page and anchor of a public name; None for any other, and where two rooms have one of that
    name. A word of everyday language is taken for a name where it is called, `place()`, or on
    the page of its own module"""
    bare = name.removesuffix('()')
    homes = index().get(bare, {})
    if module in homes: return homes[module]
    return (
        next(iter(homes.values()))
        if len(homes) == 1 and (bare != name or re.search(r'[_.]|[a-z][A-Z]|^[A-Z]', bare))
        else None
    )


def linked(text, up='', module=''):
    """Public names in backticks become links, but for code blocks; `up` leads from the page of
    `module` to the site's root"""
    def link(m): return f'[`{m[1]}`]({up}{there})' if (there := address(m[1], module)) else m[0]
    return outside(
        FENCED, lambda o: re.sub(r'(?<![`\[])`([\w.]+(?:\(\))?)`(?![`\]])', link, o), text
    )


def _plain(text):
    return re.sub(r'[*_$[\]{}|]', lambda m: f'&#{ord(m[0])};', html.escape(text, quote=False))

def _cell(text): # of a table: one line, nothing but backticks is markup
    return outside(CODE, _plain, ' '.join(str(text).split())).replace('|', r'\|')


def _name(o): # of an annotation or a default
    if o in (inspect.Parameter.empty, None, type(None)): return ''
    return (
        o
        if isinstance(o, str)
        else (
            getattr(o, '__name__', None)
            if isinstance(o, type) or inspect.isfunction(o)
            else repr(o).replace('typing.', '')
        )
    )


def _bound(thing, parameter): # self, or cls of a method: not for the caller to give
    return parameter == 'self' or parameter == 'cls' and '.' in thing.__qualname__


def _default(value): # as it is written in the signature
    if value.__class__.__name__ == '_HAS_DEFAULT_FACTORY_CLASS': return '…'
    return _name(value) if callable(value) else repr(value)


def signature(thing, name):
    "How it is called, without types and comments, which stand in the table"
    if (
        inspect.isclass(thing)
        and '__init__' not in vars(thing)
        and not hasattr(thing, '__dataclass_fields__')
        and not issubclass(thing, tuple)
    ):
        return name
    bare = [
        p.replace(annotation=p.empty)
        for p in inspect.signature(thing).parameters.values()
        if not _bound(thing, p.name)
    ]
    told = [str(p) if p.default is p.empty else f'{p.name}={_default(p.default)}' for p in bare]
    stars = [i for i, p in enumerate(bare) if p.kind is p.KEYWORD_ONLY]
    slash = sum(p.kind is p.POSITIONAL_ONLY for p in bare)
    if stars and not any(p.kind is p.VAR_POSITIONAL for p in bare): told.insert(stars[0], '*')
    if slash and not inspect.isclass(thing): told.insert(slash, '/')
    line = f'{name}({", ".join(told)})'
    return line if len(line) < 110 else f'{name}(\n    ' + ',\n    '.join(told) + ',\n)'


def _rows(thing): # parameter, type, default, what it is
    found = docments(thing, full=True, args_kwargs=True)
    # def size(self): # what it is
    if 'self' in found and 'return' in found:
        found['return']['docment'] = found['return']['docment'] or found['self']['docment']
    for name, o in found.items():
        if _bound(thing, name) or (name == 'return' and not (o.get('docment') or _name(o['anno']))):
            continue
        default = (
            ''
            if name == 'return' or o['default'] is inspect.Parameter.empty
            else repr(o['default'])
        )
        if '<' in default or callable(o.get('default')):
            default = _name(o['default']) if callable(o['default']) else '…'
        yield (
            f'**{name}**' if name == 'return' else f'`{name}`',
            _name(o['anno']),
            default,
            o.get('docment') or '',
        )


def table(thing):
    "Parameters with type, default, shape and unit, and what comes back"
    rows = list(_rows(thing))
    if not rows: return ''
    columns = [i for i in range(4) if i in (0, 3) or any(r[i] for r in rows)]
    def line(r): return '| ' + ' | '.join(r[i] if i == 0 else _cell(r[i]) for i in columns) + ' |'
    return (
        '\n'.join(line(o) for o in (('parameter', 'type', 'default', ''), ['---'] * 4, *rows))
        if any(r[3] or r[1] for r in rows)
        else ''
    )


def members(cls):
    "Public methods and properties that a class of the library defines itself"
    for name, o in vars(cls).items():
        f = getattr(o, 'fget', None) or getattr(o, 'func', None) or getattr(o, '__func__', o)
        if inspect.isfunction(f) and not name.startswith('_') and f.__module__ == cls.__module__:
            yield name, o, f


def entry(name, thing, level=3, kind=''):
    "One name: heading with an anchor, call, docstring, table; a class with its members"
    doc = inspect.getdoc(thing) or ''
    if inspect.isclass(thing) and doc.startswith(f'{thing.__name__}('): doc = ''
    fields = inspect.isclass(thing) and issubclass(thing, tuple)
    call = (
        inspect.getsource(thing).rstrip()
        if fields
        else name if kind == 'property' else signature(thing, name)
    )
    parts = [
        f'{"#"*level} {name.replace("_", chr(92) + "_")} {{ #{name} .api }}',
        fenced('py', call),
        outside(CODE, _plain, doc),
        '' if fields else table(thing),
    ]
    if inspect.isclass(thing):
        parts += [
            entry(f'{name}.{m}', f, level + 1, 'property' if isinstance(o, property) else '')
            for m, o, f in members(thing)
        ]
    return '\n\n'.join(o for o in parts if o)


def constant(name, statement):
    "A public name that is no function and no class: the statement that makes it"
    return f'### {name.replace("_", chr(92) + "_")} {{ #{name} .api }}\n\n{fenced("py", statement)}'


def names(source):
    "What a cell defines at its top: name -> the statement"
    for o in ast.parse(source).body:
        found = [o.name] if isinstance(o, (ast.FunctionDef, ast.ClassDef)) else []
        if isinstance(o, (ast.Assign, ast.AnnAssign)):
            targets = o.targets if isinstance(o, ast.Assign) else [o.target]
            found = [
                n.id
                for t in targets
                for n in (t.elts if isinstance(t, ast.Tuple) else [t])
                if isinstance(n, ast.Name)
            ]
        text = '\n'.join(source.split('\n')[o.lineno - 1:o.end_lineno])
        yield from ((n, text) for n in found)


def folded(source):
    "The code of an exported cell, folded unless it is imports alone"
    code = fenced('py', source)
    if all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in ast.parse(source).body): return code
    return (
        '<details class="source" markdown="1"'
        f' data-search-exclude><summary>Source</summary>\n\n{code}\n\n</details>'
    )


def cell(source, module):
    "An exported cell: an entry for each public name that it makes, and the code, folded"
    loaded = import_module(f'scene_explore.{module}')
    public, shown = set(getattr(loaded, '__all__', [])), []
    for name, statement in names(source):
        if name not in public: continue
        thing = getattr(loaded, name)
        shown.append(
            entry(name, thing)
            if inspect.isclass(thing) or inspect.isfunction(thing)
            else constant(name, statement)
        )
    return '\n\n'.join([*shown, folded(source)])


def handed_on(module, sources, up=''):
    """Public names of a module that other rooms define: links, or entries where no other page has
    one; `sources`: the exported code of its own notebook"""
    loaded = import_module(f'scene_explore.{module}')
    own = {n for o in sources for n, _ in names(o)}
    others = {n: _home(loaded, n) for n in getattr(loaded, '__all__', []) if n not in own}
    here = [
        (
            entry(n, getattr(loaded, n))
            if callable(getattr(loaded, n))
            else constant(n, f'{n} = {getattr(loaded, n)!r}')
        )
        for n, page in others.items()
        if page is None
    ]
    links = [f'[`{n}`]({up}{page})' for n, page in others.items() if page]
    return '\n\n'.join([
        *(['## From the rooms before'] if others else []),
        *here,
        *([f'To be had here too: {", ".join(links)}.'] if links else []),
    ])


# page and anchor of a name where it is defined; None: it is public there in no room
def _home(loaded, name):
    thing = getattr(loaded, name)
    rooms = [
        o
        for n, o in sys.modules.items()
        if n.startswith('scene_explore.')
        and o is not loaded
        and name in getattr(o, '__all__', [])
        and getattr(o, name) is thing
    ]
    at = next(
        (
            o
            for o in rooms
            if getattr(thing, '__module__', o.__name__) == o.__name__
            and re.search(rf'^(def |class )?{name}\b', inspect.getsource(o), re.M)
        ),
        None,
    )
    page = at and next(iter(_modidx.d['syms'].get(at.__name__, {}).values()), None)
    return page and f'{page[0].split("#")[0]}#{name}'
