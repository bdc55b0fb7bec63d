"What axe-core finds on a page"
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parent.parent/'scene_explore'/'views'/'web'
AXE = WEB/'node_modules'/'axe-core'/'axe.min.js'
SCHEMES = pytest.mark.parametrize('scheme', ['light', 'dark'])
WORST = {'serious', 'critical'}
FOUND = """async () => (await axe.run()).violations.map(o => ({
    impact: o.impact, id: o.id,
    nodes: o.nodes.map(n => `${n.html.slice(0, 200)}: ${n.failureSummary}`),
  }))"""


def with_axe(page):
    "axe-core, in whatever the page opens"
    if not AXE.exists(): pytest.fail('no axe-core: run npm ci in scene_explore/views/web')
    page.add_init_script(path=AXE)


def assert_nothing_serious(page):
    found = page.evaluate(FOUND)
    worst = [o for o in found if o['impact'] in WORST]
    assert not worst, worst
