"""Past one machine: workers of Ray, metrics and maps of a million scenes, the stage, peers

    python benchmarks/scale.py
    python benchmarks/scale.py --quick           (minutes: 12 films, up to 20,000 scenes)
    python benchmarks/scale.py --only workers stage

Each part is a script of its own, run one after the other as a process of its own; what it prints is
passed on. A part that fails is named and the rest goes on. The last line is one JSON object with
the parts' own.
"""
import argparse, json, os, subprocess, sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = dict(
    workers=['--films', '200'],
    metrics=['--sizes', '10000', '100000', '1000000'],
    stage=['--scenes', '1000000'],
    peers=[],
    simulation=[],
)
QUICK = dict(
    workers=['--films', '12'],
    metrics=['--sizes', '2000', '5000', '20000'],
    stage=['--scenes', '20000'],
    peers=[],
    simulation=[],
)


def run(part, options):
    "What a part printed, passed on line by line; its last line as JSON, or why there is none"
    command = [sys.executable, '-u', str(HERE / f'scale_{part}.py'), *options]
    print(f'\n== scale_{part}.py {" ".join(options)}', flush=True)
    last = ''
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            last = line.strip() or last
            if not line.startswith('{'): print(line, end='', flush=True)
    if child.returncode: return dict(failed=f'exit status {child.returncode}')
    try: return json.loads(last)
    except ValueError: return dict(failed='its last line is no JSON')


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--only', nargs='+', choices=PARTS, default=list(PARTS), help='these parts')
    p.add_argument('--quick', action='store_true', help='small sizes')
    return p.parse_args()


def main():
    args = arguments()
    sizes = QUICK if args.quick else PARTS
    print(f'{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}')
    found = {part: run(part, sizes[part]) for part in args.only}
    failed = [part for part, o in found.items() if 'failed' in o]
    print(f'load after {os.getloadavg()[0]:.1f}; failed: {", ".join(failed) or "none"}')
    print(json.dumps(dict(benchmark='scale', cores=os.cpu_count(), **found)))
    return bool(failed)


if __name__ == '__main__': sys.exit(main())
