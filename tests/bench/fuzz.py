"""A million frames and more for every decoder: what browsers, friends and strangers may send. No peer: the goal is 0.

`frames` were sent, `read` of them taken and `refused` the others; `crashes` raised anything but the decoder's own
refusal. `MATINEE_SEED` chooses other frames.
"""

import os
from time import perf_counter

from tests.bench.common import Figures, Options, tell
from tests.support import fuzz

FRAMES_A_ROUND = 400_000
SEED = 20261121


async def run(options: Options) -> Figures:
    """As many rounds as asked for, each with a seed of its own."""
    first, began = int(os.environ.get("MATINEE_SEED", str(SEED))), perf_counter()
    total = fuzz.Tally()
    for number in range(options.rounds):
        tally = fuzz.run(FRAMES_A_ROUND, first + number)
        total.frames += tally.frames
        total.read += tally.read
        total.refused += tally.refused
        total.crashes += tally.crashes
        for name, frame, trace in tally.kept:
            tell(f"{name} crashed on {frame!r}\n{trace}")
        tell(f"round {number + 1}: {tally.frames} frames, {tally.refused} refused, {tally.crashes} crashes")
    seconds = round(perf_counter() - began, 1)
    return {
        "frames": total.frames,
        "seconds": seconds,
        "read": total.read,
        "refused": total.refused,
        "crashes": total.crashes,
    }
