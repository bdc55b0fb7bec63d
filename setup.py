"Everything is in `settings.ini`; edit there, not here."
from configparser import ConfigParser
from pathlib import Path
from shlex import split

from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']

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
    package_data={f"{cfg['lib_name']}.views": ['web/*']},
    zip_safe=False,
    python_requires=f">={cfg['min_python']}",
    install_requires=split(cfg['requirements']),
    extras_require={o: split(cfg[f'{o}_requirements']) for o in ('teacher', 'dev')},
    entry_points={
        'console_scripts': split(cfg['console_scripts']),
        'nbdev': [f"{cfg['lib_path']}={cfg['lib_path']}._modidx:d"],
    },
)
