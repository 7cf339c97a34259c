"""What is said when: the cues of subtitles, tidied, shifted, and those around a position.

Times in whole milliseconds of the film.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.playback.timeline import MAX_POSITION_S

MAX_CUES = 20_000
MAX_CUE_CHARACTERS = 1_000
STEP_MS = 50
MAX_SHIFT_MS = 600_000
PAGE_MS = 120_000


@dataclass(frozen=True, slots=True)
class Cue:
    """Words on the film from `start_ms` until `end_ms`; `number` tells it from the others of its subtitles."""

    number: int
    start_ms: int
    end_ms: int
    text: str


def tidied(found: Iterable[tuple[int, int, str]]) -> tuple[Cue, ...]:
    """What a file holds as (start, end, text), in the order of time, without what nobody could read."""
    most_ms = int(MAX_POSITION_S * 1000)
    readable = [
        (max(0, start), min(end, most_ms), words[:MAX_CUE_CHARACTERS])
        for start, end, text in found
        if (words := text.strip()) and end > max(0, start) and start < most_ms
    ]
    return tuple(Cue(number, *one) for number, one in enumerate(sorted(readable)[:MAX_CUES]))


def page_of(position_s: float) -> int:
    """Which stretch of the film a position lies in."""
    return int(position_s * 1000) // PAGE_MS


def around(cues: Iterable[Cue], page: int, shift_ms: int) -> tuple[Cue, ...]:
    """The cues of a page and of those beside it, shifted: positive comes later. So few that a browser takes them at
    once, however many a file has."""
    first, last = (page - 1) * PAGE_MS, (page + 2) * PAGE_MS
    return tuple(
        Cue(cue.number, max(0, cue.start_ms + shift_ms), cue.end_ms + shift_ms, cue.text)
        for cue in cues
        if cue.end_ms + shift_ms > max(0, first) and cue.start_ms + shift_ms < last
    )


def shifted(shift_ms: int, by_ms: int) -> int:
    """A shift moved on by some steps, within bounds."""
    return max(-MAX_SHIFT_MS, min(MAX_SHIFT_MS, shift_ms + by_ms))
