"""Films that say of themselves what is right: every picture carries its number, its second, four
corners and six patches of colour.

The pictures are drawn here and encoded by the ffmpeg of the machine, so that any container, codec,
clock, orientation and colour can be asked for. `number`, `corners` and `patches` read a decoded
picture of any size back; `NUMBER_JS` does in a browser what `number` does here.
"""
import io
import json
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

BITS = 12
SIZE = 192, 128   # pixels
CORNERS = dict(R=(210, 30, 30), G=(30, 190, 30), B=(30, 30, 210), W=(235, 235, 235))
PATCHES = np.array(
    [(200, 40, 40), (40, 180, 40), (40, 40, 200), (190, 190, 40), (120, 120, 120), (60, 60, 60)],
    'uint8',
)


def _box(size, x, y, w, h):
    "Shares of the picture -> slices of rows and columns"
    return (
        slice(round(y * size[1]), round((y + h) * size[1])),
        slice(round(x * size[0]), round((x + w) * size[0])),
    )


def _texture(shot, size):
    "Another shot, another pattern of blocks"
    blocks = np.random.default_rng(shot).integers(40, 215, (4, 12, 3)).astype('uint8')
    return np.asarray(Image.fromarray(blocks).resize(size, Image.Resampling.NEAREST))


def picture(
    i,         # its number, below 4096
    shot=0,    # another shot, another texture
    size=SIZE, # (width, height), pixels
    fps=25,    # for the second that is written below
): # uint8 [H, W, 3]
    """Picture i: its number as bars along the top, a texture, patches of colour, the second, a
    coloured corner each"""
    x = np.full((size[1], size[0], 3), 90, 'uint8')
    for b in range(BITS): x[_box(size, 1/8 + b/16, 0, 1/16, 1/3)] = 235 if i >> b & 1 else 16
    middle = _box(size, 0, 1/3, 1, 1/3)
    x[middle] = _texture(shot, (x[middle].shape[1], x[middle].shape[0]))
    for k, colour in enumerate(PATCHES): x[_box(size, 1/8 + k/8, 2/3, 1/8, 1/6)] = colour
    for (col, row), colour in zip(
        ((0, 0), (7 / 8, 0), (0, 5 / 6), (7 / 8, 5 / 6)), CORNERS.values(), strict=True
    ):
        x[_box(size, col, row, 1/8, 1/6)] = colour
    written = Image.fromarray(x)
    ImageDraw.Draw(written).text((size[0]*.4, size[1]*.87), f'{i/fps:.2f} s', fill=(235, 235, 235))
    return np.asarray(written)


def _mean(x, px, py, w=.02, h=.03):
    "Mean colour about a point, given in shares of the picture"
    size = x.shape[1], x.shape[0]
    return np.asarray(x, float)[_box(size, px - w/2, py - h/2, w, h)].reshape(-1, 3).mean(0)


def number(
    x, # uint8 [H, W, 3], upright
): # the number that the picture carries
    return sum(int(_mean(x, 1/8 + (b + .5)/16, 1/6).mean() > 127) << b for b in range(BITS))


def corners(
    x, # uint8 [H, W, 3]
    # one letter a corner: top left, top right, bottom left, bottom right; 'RGBW' where it stands as
    # drawn
):
    letters, colours = zip(*CORNERS.items(), strict=True)
    seen = [_mean(x, px, py) for py in (.07, .93) for px in (.05, .95)]
    return ''.join(letters[np.abs(np.array(colours) - o).sum(1).argmin()] for o in seen)


def patches(
    x, # uint8 [H, W, 3], upright
): # float [6, 3]: what has become of `PATCHES`
    return np.array([_mean(x, 1/8 + (k + .5)/8, 2/3 + 1/12) for k in range(len(PATCHES))])


NUMBER_JS = f"""video => {{
  const c = document.createElement('canvas'); c.width = {SIZE[0]}; c.height = {SIZE[1]};
  const g = c.getContext('2d'); g.drawImage(video, 0, 0, c.width, c.height);
  const a = g.getImageData(0, 0, c.width, c.height).data; let n = 0;
  for (let b = 0; b < {BITS}; b++) {{
    const x = Math.round((1/8 + (b + .5)/16)*c.width), y = Math.round(c.height/6);
    if (a[(y*c.width + x)*4 + 1] > 127) n += 1 << b;
  }}
  return n }}"""


def ffmpeg(*args, data=None):
    "Run the machine's ffmpeg; raises with its own words"
    done = subprocess.run(
        ['ffmpeg', '-hide_banner', '-loglevel', 'error', '-y', *map(str, args)],
        input=data,
        capture_output=True,
    )
    if done.returncode:
        raise RuntimeError(f'ffmpeg {" ".join(map(str, args))}: {done.stderr.decode()[-500:]}')
    return done.stdout


def ffprobe(path, *what):
    "What the machine's ffprobe says, as a dict"
    return json.loads(
        subprocess.run(
            ['ffprobe', '-v', 'error', '-of', 'json', *what, str(path)],
            check=True,
            capture_output=True,
        ).stdout
    )


def film(
    path,       # where it shall lie; its suffix names the container
    n=50,       # pictures
    fps=25,     # pictures a second; a text such as '24000/1001' is taken as it is
    size=SIZE,  # (width, height), pixels
    cuts=(),    # pictures at which another shot begins
    first=0,    # number of the first picture
    # arguments of ffmpeg: encoder and its options
    codec=('-c:v', 'libx264', '-crf', '12', '-g', '12', '-pix_fmt', 'yuv420p'),
    before=(),  # arguments before the pictures, such as a second input
    args=(),    # further arguments: filters, clock, metadata
    pictures=None, # uint8 [H, W, 3] each, instead of the numbered ones
): # Path
    "A numbered film, as this machine's ffmpeg writes it"
    rate = eval_rate(fps)
    if pictures is None:
        pictures = [picture(first + i, sum(i >= c for c in cuts), size, rate) for i in range(n)]
    h, w = np.shape(pictures[0])[:2]
    raw = ('-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', f'{w}x{h}', '-r', fps, '-i', '-')
    ffmpeg(
        *before,
        *raw,
        *codec,
        *args,
        path,
        data=b''.join(np.ascontiguousarray(o).tobytes() for o in pictures)
    )
    return Path(path)


def eval_rate(fps):
    "'24000/1001' or a number -> pictures a second"
    above, _, below = str(fps).partition('/')
    return float(above)/float(below or 1)


def shown_by_ffmpeg(
    path,           # a film
    n,              # which of its frames
    filters='null', # as ffmpeg writes them
): # uint8 [H, W, 3]
    "A frame as ffmpeg itself shows it behind these filters"
    png = ffmpeg(
        '-i',
        path,
        '-vf',
        f'{filters},select=eq(n\\,{n})',
        '-frames:v',
        1,
        '-f',
        'image2pipe',
        '-c:v',
        'png',
        '-',
    )
    return np.asarray(Image.open(io.BytesIO(png)).convert('RGB'))
