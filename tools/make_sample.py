"Render the sample films and the probe set of data/sample: `python tools/make_sample.py --help`"
import argparse
import re
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path


def slug(title):
    "A title as a file name"
    return re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')

def job(what, out, args):
    "Render one film (`what` is its seed) or the probe; in a process of its own"
    import torch

    from scene_explore.datasets.world.scripts import write_script
    from scene_explore.datasets.world.films import render_film
    from scene_explore.datasets.world.probes import probe_design, render_probe
    torch.set_num_threads(args.threads)
    how = dict(device=args.device, progress=args.jobs == 1)
    if what == 'probe':
        return render_probe(probe_design(), out/'probe'/'probe.mp4', crf=args.probe_crf, **how)
    script = write_script(what, args.seconds, args.shots)
    path = out/'films'/f'{slug(script.title)}.mp4'
    return render_film(what, path, script=script, crf=args.crf, **how)

def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    p.add_argument(
        '--out', type=Path, default=Path('data/sample'), help='where films/ and probe/ go'
    )
    p.add_argument(
        '--seeds', type=int, nargs='*', default=[1, 2, 3, 4, 5, 6], help='films to render'
    )
    p.add_argument('--no-probe', action='store_true', help='films only')
    p.add_argument('--no-films', action='store_true', help='the probe only')
    p.add_argument('--seconds', type=float, default=90., help='length of a film')
    p.add_argument('--shots', type=int, default=30, help='takes of a film')
    p.add_argument(
        '--crf', type=int, default=25, help="x264's quality of the films: less is better and larger"
    )
    p.add_argument('--probe-crf', type=int, default=28, help="x264's quality of the probe")
    p.add_argument('--jobs', type=int, default=2, help='processes; with 1 a bar shows the progress')
    p.add_argument('--threads', type=int, default=1, help='threads of torch in each process')
    p.add_argument('--device', default=None, help='of torch; the CPU where not given')
    args = p.parse_args()
    for o in ('films', 'probe'): (args.out/o).mkdir(parents=True, exist_ok=True)
    jobs = [*([] if args.no_probe else ['probe']), *([] if args.no_films else args.seeds)]
    run = partial(job, out=args.out, args=args)
    pool = (
        ProcessPoolExecutor(args.jobs, mp_context=get_context('spawn')) if args.jobs > 1 else None
    )
    for path in (pool.map if pool else map)(run, jobs):
        print(f'{path.stat().st_size/2**20:6.2f} MB  {path}', flush=True)
    print(
        f'{sum(o.stat().st_size for o in args.out.rglob("*") if o.is_file())/2**20:6.2f} MB  in'
        f' {args.out}'
    )

if __name__ == '__main__': main()
