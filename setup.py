"Everything is in `settings.ini`; edit there, not here."
from configparser import ConfigParser
from pathlib import Path
from shlex import split
from shutil import copytree, ignore_patterns

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']

# what can be tried without a network, and where it lies in the wheel: see nbs/core/15_shipped.ipynb
SHIPPED = {'data/sample': 'shipped', 'nbs/studio': 'shipped/studio'}


class BuildWithSamples(build_py):
    "Puts sample films, small encoder, probe and studio notebooks beside the modules of a wheel"

    def run(self):
        super().run()
        if self.editable_mode: return
        for source, target in SHIPPED.items():
            copytree(
                here/source,
                Path(self.build_lib)/cfg['lib_name']/target,
                ignore=ignore_patterns('.*', '__pycache__'),
                dirs_exist_ok=True,
            )


setup(
    name=cfg['lib_name'],
    version=cfg['version'],
    description=cfg['description'],
    long_description=(here / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    author=cfg['author'],
    author_email=cfg['author_email'],
    url=cfg['git_url'],
    license=cfg['license'],
    keywords=cfg['keywords'],
    packages=find_packages(include=[cfg['lib_name'], f"{cfg['lib_name']}.*"]),
    package_data={f"{cfg['lib_name']}.views": ['web/*.html', 'web/*.css', 'web/dist/*']},
    cmdclass={'build_py': BuildWithSamples},
    zip_safe=False,
    python_requires=f">={cfg['min_python']}",
    install_requires=split(cfg['requirements']),
    extras_require={
        o: split(cfg[f'{o}_requirements']) for o in ('teacher', 'maps', 'ray', 'index', 'dev')
    },
    entry_points={
        'console_scripts': split(cfg['console_scripts']),
        'nbdev': [f"{cfg['lib_path']}={cfg['lib_path']}._modidx:d"],
    },
)
