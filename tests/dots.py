"Dots of the projection, as a person finds them: by where they are seen; buttons by their titles"
import re

PLOT = '[data-panel=projection] .se-plot'


def seen(page, of=PLOT, nth=0):
    "{row: (x, y)} on the screen, of the dots whose middle no other dot covers"
    rows = page.evaluate(
        """([of, nth]) => {
            const e = document.querySelectorAll(of)[nth]
            const box = e.getBoundingClientRect()
            const { plot } = e
            return plot.picture.rows
              .filter(row => plot.isInside(row) && plot.rowAt(plot.locate(row)) === row)
              .map(row => [row, plot.locate(row)[0] + box.x, plot.locate(row)[1] + box.y])
          }""",
        [of, nth],
    )
    return {row: (x, y) for row, x, y in rows}


def lasso(page, of=PLOT):
    "Around the whole picture: every dot of it"
    box = page.locator(of).first.bounding_box()
    l, t = box['x'] + 2, box['y'] + 40
    r, b = box['x'] + box['width'] - 2, box['y'] + box['height'] - 2
    page.mouse.move(l, t)
    page.mouse.down()
    for x, y in ((r, t), (r, b), (l, b), (l, t)): page.mouse.move(x, y, steps=6)
    page.mouse.up()


def assert_nothing_is_sent(page):
    "No button of the page offers to share or upload what is seen"
    titles = page.locator('button, [data-title]').evaluate_all(
        'all => all.map(o => o.dataset.title || o.title || o.textContent)'
    )
    assert titles and not [o for o in titles if re.search('share|cloud|upload', o, re.I)]
