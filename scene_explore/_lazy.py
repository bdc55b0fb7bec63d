"""Names of a package that are imported when somebody asks for them (PEP 562): naming them costs
nothing"""
from importlib import import_module


def attach(
    package, # its __name__
    names,   # {module, relative to it: names, parted by blanks}
): # __getattr__, __dir__ and __all__ of the package
    "A module's names, as attributes of its package"
    home = {name: module for module, said in names.items() for name in said.split()}

    def __getattr__(name):
        if name not in home: raise AttributeError(f'module {package!r} has no attribute {name!r}')
        return getattr(import_module(f'{package}.{home[name]}'), name)
    return __getattr__, lambda: sorted(home), sorted(home)
