"""A film that is never at exactly the room's rate, so that its picture stays with its sound.

Chromium shows frames in a rhythm (for 25 a second on a screen of 60: two refreshes, three, two, three, two) as long as
the rate fits it, and begins it anywhere: two screens that start together show their frames up to 30 ms apart, for
minutes, and a refresh that a busy machine missed adds to it (seen with pages that do nothing but play). Off the rhythm
each frame is shown at the refresh nearest to its time, and a miss is made up for by the next frame. Four per mille are
enough for that; with two the rhythm is often kept.

So a film swings: by turns a little fast and a little slow, a fifteenth of a semitone each, never further from the room
than one refresh. All screens do so by the room's timeline, so they are at the same place. Times in seconds.
"""

from dataclasses import dataclass
from math import inf

BEND = 0.004
TURNS_EVERY_S = 6.0
MOST_AHEAD_S = BEND * TURNS_EVERY_S / 2


@dataclass(frozen=True, slots=True)
class Sway:
    """How far a screen is ahead of the room's timeline now, by what its rate is changed, and for how long yet."""

    ahead_s: float = 0.0
    bend: float = 0.0
    left_s: float = inf


STILL = Sway()


def sway(since_s: float) -> Sway:
    """Where a screen that swings is, so long after the room's timeline began to run: there it is nowhere else."""
    if since_s < 0:
        return STILL
    turns, into_s = divmod(since_s + TURNS_EVERY_S / 2, TURNS_EVERY_S)
    bend = -BEND if turns % 2 else BEND
    return Sway(bend * (into_s - TURNS_EVERY_S / 2), bend, TURNS_EVERY_S - into_s)
