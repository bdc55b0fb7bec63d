"""The weighting lab in a real JupyterLab: sliders, dragged curves, a training that is watched and
stopped; and its page without a kernel"""
import json

import numpy as np
import pytest
from lab import READY, desk, run_all, watched

from scene_explore.views.weighting_lab import WeightingLab
from scene_explore.core.scenes import scene_table

pytestmark = pytest.mark.browser
CODE = '''import numpy as np
from scene_explore.views.weighting_lab import WeightingLab
from scene_explore.core.scenes import scene_table
rng = np.random.default_rng(0)
EVIL = '<img src=x onerror=document.title=1>'
scenes = scene_table([
    dict(path=f'{f}.mp4', video_id=f, start=i, end=i + 1, place=p, title=EVIL)
    for f in 'abcdef'
    for i, p in zip(range(50), ('bar', 'hall', 'street')*17)
])
place, film = np.arange(300) % 50 % 3, np.arange(300)//50
x = np.eye(32)[film] + .5*np.eye(32)[8 + place] + .1*rng.normal(size=(300, 32)) + .3
text = np.eye(8)[place] + .3 + .3*rng.normal(size=(300, 8))
panel = WeightingLab(scenes, x, text=text)
panel'''
# the time from a slider's input to the picture that Python's answer makes, and to the ideal
# geometry, by the page's own clock and not the panel's
MEASURE = '''async ([label, values]) => {
    const box = document.querySelector('[data-panel=lab]'),
      out = []
    const until = (key, was) =>
      new Promise(done => {
        const o = new MutationObserver(() => {
          if (box.dataset[key] !== was) {
            o.disconnect()
            requestAnimationFrame(() => done(performance.now()))
          }
        })
        o.observe(box, { attributes: true })
      })
    for (const v of values) {
      const s = box.querySelector(`input[aria-label="${label}"]`),
        t = performance.now(),
        net = until('answers', box.dataset.answers),
        ideal = until('ideals', box.dataset.ideals)
      s.value = v
      s.dispatchEvent(new Event('input', { bubbles: true }))
      out.push([(await net) - t, (await ideal) - t])
      await new Promise(r => setTimeout(r, 100))
    }
    return out
  }'''


def made_up():
    "Such a lab in this process"
    place = np.arange(300) % 3
    film = np.arange(300)//50
    rng = np.random.default_rng(0)
    scenes = scene_table([
        dict(
            path=f'{f}.mp4',
            video_id=str(f),
            start=i,
            end=i + 1,
            place='abc'[p],
            title='<img src=x onerror=document.title=1>',
        )
        for i, (f, p) in enumerate(zip(film, place, strict=True))
    ])
    return WeightingLab(
        scenes,
        np.eye(32)[film] + 0.5 * np.eye(32)[8 + place] + 0.1 * rng.normal(size=(300, 32)) + 0.3,
        text=np.eye(8)[place] + 0.3 + 0.3 * rng.normal(size=(300, 8)),
    )


def notebook(*cells):
    cells = [
        dict(cell_type='code', id=str(i), metadata={}, outputs=[], execution_count=None, source=s)
        for i, s in enumerate(cells)
    ]
    return json.dumps(
        dict(
            cells=cells,
            metadata=dict(
                kernelspec=dict(display_name='python3', language='python', name='python3')
            ),
            nbformat=4,
            nbformat_minor=5,
        )
    )


@pytest.fixture(scope='module')
def opened(chromium, lab_server):
    "The lab of 300 made-up scenes, open in JupyterLab"
    with desk(lab_server) as own:
        (own.folder/'lab.ipynb').write_text(notebook(CODE))
        page, errors, outside = watched(chromium)
        run_all(page, own.open('lab.ipynb'))
        page.set_default_timeout(120_000)
        page.wait_for_selector('[data-panel=lab][data-ideal]')
        yield page, errors, outside, own.open('lab.ipynb')
        page.close()


def data(page, key): return page.locator('[data-panel=lab]').get_attribute(f'data-{key}')


def wait(page, test):
    page.wait_for_function(
        '() => { const o = document.querySelector("[data-panel=lab]")?.dataset; return o &&'
        f' ({test}) }}'
    )


def test_a_slider_moves_net_pull_and_ideal_geometry(opened):
    page, errors, outside, _ = opened
    before = (data(page, 'net'), float(data(page, 'ideal')))
    panel = page.locator('[data-panel=lab]')
    panel.get_by_label('Pull f').select_option('power')
    page.wait_for_selector('[data-panel=lab] input[aria-label="f: p"]')
    times = page.evaluate(MEASURE, ['f: p', [3, 2.5, 4, 5, 3.5, 6]])
    assert data(page, 'net') != before[0] and abs(float(data(page, 'ideal')) - before[1]) > .05
    net, ideal = (sorted(o) for o in zip(*times[1:], strict=True))
    print(
        f'slider -> net pull: median {net[2]:.0f} ms, worst {net[-1]:.0f} ms; -> ideal geometry of'
        f' 300 scenes: median {ideal[2]:.0f} ms, worst {ideal[-1]:.0f} ms'
    )
    was = data(page, 'ideals')
    panel.get_by_label('Relatedness').select_option('quantile')
    wait(page, f'o.ideals !== "{was}"')
    assert 'pairs are pulled together' in panel.inner_text()
    was = data(page, 'ideals')
    panel.get_by_label('Loss', exact=True).select_option('cosent')
    page.wait_for_selector('[data-panel=lab] input[aria-label="temperature"]')
    wait(page, f'o.ideals !== "{was}"')
    assert panel.get_by_label('Push g').is_disabled() and 'g has no part' in panel.inner_text()
    was = data(page, 'ideals')
    panel.get_by_role('button', name='Reset').click()
    wait(page, f'o.ideals !== "{was}"')
    assert data(page, 'net') == before[0] and float(data(page, 'ideal')) == pytest.approx(
        before[1], abs=0.02
    )
    assert not errors and not outside


def test_a_point_is_dragged_by_mouse_and_by_keys(opened):
    page, errors, *_ = opened
    before, panel = data(page, 'net'), page.locator('[data-panel=lab]')
    point = panel.locator('circle.se-lab-handle').nth(4)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.move(box['x'] + 6, box['y'] + 6)
    page.mouse.down()
    page.mouse.move(box['x'] + 6, box['y'] - 60, steps=8)
    page.mouse.up()
    wait(page, f'o.net !== "{before}"')
    assert panel.get_by_label('Pull f').input_value() == 'drawn'
    page.wait_for_function(
        '() => +document.querySelectorAll("circle.se-lab-handle")[4].getAttribute("aria-valuenow")'
        ' > .7'
    )
    was = data(page, 'ideals')
    panel.locator('rect.se-lab-handle').nth(2).focus()
    page.keyboard.press('ArrowUp')
    page.keyboard.press('ArrowUp')
    wait(page, f'o.ideals !== "{was}"')
    assert (
        panel.get_by_label('Push g').input_value() == 'drawn'
        and page.evaluate('document.activeElement.getAttribute("role")') == 'slider'
    )
    # at s = 0, where 1 - s was 1
    assert float(
        panel.locator('rect.se-lab-handle').nth(2).get_attribute('aria-valuenow')
    ) == pytest.approx(1.04)
    panel.get_by_role('button', name='Reset').click()
    assert not errors


def test_a_pair_plays_both_scenes(opened):
    page, *_ = opened
    page.locator('.se-lab-pair').first.click()
    page.wait_for_function(
        '() => document.querySelectorAll("[data-panel=player] video[data-scene-id]").length === 2'
    )
    assert page.title() != '1', 'a title became markup'


def test_train_watch_stop_reload(opened):
    page, errors, outside, again = opened
    panel = page.locator('[data-panel=lab]')
    points = (
        '() => (document.querySelector("path[data-series=loss]")?.getAttribute("d").match(/[ML]/g)'
        ' || []).length'
    )
    dots = (
        '() => { const { plot } = document.querySelector("[data-panel=projection] .se-plot") ?? {};'
        ' return plot ? Array.from(plot.xy.slice(0, 6)).join() : "" }'
    )
    panel.get_by_label('steps', exact=True).fill('50')
    panel.get_by_label('Learning rate').fill('0.002')
    panel.get_by_role('button', name='Train').click()
    wait(page, 'o.training === "done"')
    assert (
        page.evaluate(points) == 50
        and '50 steps in' in panel.inner_text()
        and 'mean cosine is' in panel.inner_text()
    )
    assert (
        page.locator('[data-panel=projection]').get_by_label('Space').input_value() == 'in training'
    )
    panel.get_by_label('steps', exact=True).fill('100000')
    panel.get_by_role('button', name='Train').click()
    wait(page, 'o.training === "training" && +o.step > 0')
    first = page.evaluate(points), page.evaluate(dots)
    page.wait_for_function(f'() => ({points})() > {first[0]}')
    page.wait_for_function(f'() => ({dots})() !== "{first[1]}"')
    assert (
        panel.get_by_role('button', name='Train').is_disabled()
        and ' left' in panel.locator('.se-lab-told').inner_text()
    )
    # the kernel answers while its thread trains
    page.goto(again)
    page.wait_for_function(READY)
    page.evaluate(
        '''() => {
            const n = window.jupyterapp.shell.currentWidget.content
            n.activeCellIndex = 0
            n.widgets[0].model.sharedModel.setSource('panel')
            return window.jupyterapp.commands.execute('notebook:run-cell')
          }'''
    )
    wait(page, 'o.training === "training" && +o.step > 0')
    assert page.evaluate(points) > first[0] // 2, 'the curves are there again'
    page.locator('[data-panel=lab]').get_by_role('button', name='Stop').click()
    wait(page, 'o.training === "cancelled"')
    assert 'the best state is kept' in page.locator('[data-panel=lab]').inner_text()
    assert not errors and not outside


def test_the_page_without_a_kernel(chromium, tmp_path):
    "Curves are drawn and dragged, the last training is there, and what needs a kernel says so"
    lab = made_up()
    lab.train(steps=20)
    lab.to_html(tmp_path/'lab.html', budget=0, progress=False)
    page, errors, outside = watched(chromium)
    page.goto((tmp_path/'lab.html').as_uri())
    page.wait_for_selector('[data-panel=lab][data-ideal]')
    panel = page.locator('[data-panel=lab]')
    before = data(page, 'net')
    assert (
        panel.locator('path[data-series=loss]').count() == 1
        and panel.locator('.se-lab-matrix').count() == 3
        and panel.locator('.se-lab-pair').count() == 10
    )
    assert (
        panel.get_by_role('button', name='Train').is_disabled()
        and panel.get_by_label('margin m').is_disabled()
        and 'no kernel' in panel.inner_text()
    )
    panel.locator('circle.se-lab-handle').nth(4).focus()
    page.keyboard.press('PageUp')
    assert data(page, 'net') != before and 'needs the notebook' in panel.inner_text()
    panel.get_by_label('Push g').select_option('squared')
    panel.get_by_role('button', name='Reset').click()
    assert data(page, 'net') == before
    panel.get_by_role('button', name='Moving projection').click()
    page.wait_for_function(
        "() => document.querySelector('[data-panel=projection] select[aria-label=Space]')?.value"
        " === 'in training'"
    )
    assert not errors and not outside and page.title() != '1'
    lab.wait()
