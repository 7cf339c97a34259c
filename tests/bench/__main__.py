"""Runs one bench: `python -m tests.bench NAME [--rounds 3] [--megabytes 100]`; its last line is a JSON object.

A bench is a module of this package with `async def run(options: Options) -> Figures`, and with `in_loop` if it wants
another loop than asyncio's. Progress goes to stderr.
"""

import argparse
import asyncio
import importlib
import json
import sys
from pathlib import Path

from tests.bench.common import Options


def names() -> list[str]:
    """The benches of this package: its modules that hold a `run`."""
    modules = (path for path in sorted(Path(__file__).parent.glob("*.py")) if not path.stem.startswith("_"))
    return [path.stem for path in modules if "\nasync def run(" in path.read_text()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, beside a peer, in one run.")
    parser.add_argument("name", choices=names())
    parser.add_argument("--rounds", type=int, default=3, help="rounds, interleaved (%(default)s)")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the film, 10^6 bytes (%(default)s)")
    parser.add_argument("--dump", type=Path, help="a file for all that was recorded (drift alone)")
    asked = parser.parse_args()
    bench = importlib.import_module(f"tests.bench.{asked.name}")
    in_loop = getattr(bench, "in_loop", asyncio.run)
    figures = in_loop(bench.run(Options(asked.rounds, asked.megabytes * 1_000_000, asked.dump)))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
