"""How far apart real pages are: media time of the frames they show, against one wall clock.

Every page records its frames with `requestVideoFrameCallback`: when a frame was to be shown (milliseconds of the one
clock that all pages of a machine share) and which media time it had. The position of a page at any moment lies on the
line between two frames. Drift is the distance between two pages at the same moment, for every pair of them; start skew
is the spread of the moments at which pages pass one media time after a play.
"""

import asyncio
import bisect
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from playwright.async_api import Page

from signalling import site
from tests.bench import evening
from tests.bench.common import ROOT, Figures, Options, tell
from tests.support import films
from tests.support.browsers import LiveServer, Profiles

STEADY_S = 60.0
CYCLES = 10
PLAY_S = 2.5
PAUSE_S = 1.5
SETTLE_S = 5.0
SAMPLE_MS = 50.0
# Two frames further apart than this have a pause, a seek or a stall between them: no line is drawn.
GAP_MS = 250.0
# After a play, pages are compared at the media time this far past the last of their first frames.
AFTER_START_S = 0.08

RECORDER = """() => {
  const video = document.querySelector("video");
  const record = (globalThis.drift = { frames: [], seeks: 0 });
  video.addEventListener("seeking", () => record.seeks++);
  const frame = (_, { expectedDisplayTime, mediaTime }) => {
    record.frames.push([performance.timeOrigin + expectedDisplayTime, mediaTime, video.playbackRate]);
    video.requestVideoFrameCallback(frame);
  };
  video.requestVideoFrameCallback(frame);
}"""


@dataclass(frozen=True, slots=True)
class Frame:
    """A shown frame: wall time in milliseconds, media time in seconds, playback rate."""

    wall_ms: float
    media_s: float
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Recording:
    """What one page showed, in order of wall time, and how often it sought."""

    frames: tuple[Frame, ...]
    seeks: int

    def position_at(self, wall_ms: float) -> float | None:
        """Media position in seconds at a moment; None where the page was not plainly playing."""
        after = bisect.bisect_right(self.frames, wall_ms, key=lambda frame: frame.wall_ms)
        if not 0 < after < len(self.frames):
            return None
        left, right = self.frames[after - 1], self.frames[after]
        if right.wall_ms - left.wall_ms > GAP_MS or right.media_s <= left.media_s:
            return None
        share = (wall_ms - left.wall_ms) / (right.wall_ms - left.wall_ms)
        return left.media_s + share * (right.media_s - left.media_s)

    def first_frame_after(self, wall_ms: float) -> Frame | None:
        """The first frame shown at or after a moment."""
        at = bisect.bisect_left(self.frames, wall_ms, key=lambda frame: frame.wall_ms)
        return self.frames[at] if at < len(self.frames) else None

    def passes(self, media_s: float, since_ms: float) -> float | None:
        """When, in wall milliseconds after `since_ms`, the page passed a media position; None if it did not."""
        for left, right in pairwise(frame for frame in self.frames if frame.wall_ms >= since_ms):
            if left.media_s <= media_s < right.media_s and right.wall_ms - left.wall_ms <= GAP_MS:
                share = (media_s - left.media_s) / (right.media_s - left.media_s)
                return left.wall_ms + share * (right.wall_ms - left.wall_ms)
        return None


# ---- the figures ---------------------------------------------------------------------------------------------------


def drifts_ms(recordings: Sequence[Recording]) -> list[float]:
    """Distance between the pages of every pair, in ms, at every moment when all of them play."""
    shown = [recording.frames for recording in recordings if recording.frames]
    if len(shown) < len(recordings) or len(shown) < 2:
        return []
    moment = max(frames[0].wall_ms for frames in shown)
    end = min(frames[-1].wall_ms for frames in shown)
    found = []
    while moment < end:
        positions = [recording.position_at(moment) for recording in recordings]
        known = [position for position in positions if position is not None]
        if len(known) == len(recordings):
            found += [abs(one - other) * 1000 for one, other in combinations(known, 2)]
        moment += SAMPLE_MS
    return found


def start_skew_ms(recordings: Sequence[Recording], pressed_ms: float) -> float | None:
    """Spread of the wall times at which pages pass one media time just after a play; None if one did not start."""
    firsts = [recording.first_frame_after(pressed_ms) for recording in recordings]
    starts = [frame.media_s for frame in firsts if frame is not None]
    if len(starts) < len(recordings):
        return None
    mark = max(starts) + AFTER_START_S
    passed = [recording.passes(mark, pressed_ms) for recording in recordings]
    times = [time for time in passed if time is not None]
    return max(times) - min(times) if len(times) == len(recordings) else None


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, by nearest rank. Raises ValueError if there are none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]


def figures(recordings: Sequence[Recording], seconds: float, skews_ms: Sequence[float]) -> Figures:
    """The bench's figures: steady drift and start skew in ms, seeks of all pages in the steady part, its length."""
    drift = drifts_ms(recordings)
    return {
        "p50_ms": round(percentile(drift, 0.5), 2),
        "p95_ms": round(percentile(drift, 0.95), 2),
        "start_skew_p95_ms": round(percentile(skews_ms, 0.95), 2),
        "seeks": sum(recording.seeks for recording in recordings),
        "seconds": round(seconds, 1),
    }


# ---- the pages -----------------------------------------------------------------------------------------------------


async def start_recording(page: Page) -> None:
    """Record every frame of the page's video from now on, anew."""
    await page.evaluate(RECORDER)


async def recorded(page: Page) -> Recording:
    """What the page has recorded so far."""
    raw = await page.evaluate("drift")
    frames = sorted((Frame(*frame) for frame in raw["frames"]), key=lambda frame: frame.wall_ms)
    return Recording(tuple(frames), raw["seeks"])


async def wall_ms(page: Page) -> float:
    """The moment now, on the clock of the recordings."""
    return float(await page.evaluate("performance.timeOrigin + performance.now()"))


async def run(options: Options) -> Figures:
    """Host and guest of the real app watch a film: a steady part, then pauses and plays by the host."""
    built = site.build(ROOT / "build" / "bench-site").out
    film = films.get(films.LONG_FASTSTART).path
    with tempfile.TemporaryDirectory(prefix="matinee-drift-") as name, LiveServer(Path(name), built) as server:
        async with Profiles(Path(name), server.url) as profiles:
            host, link = await evening.open_room(profiles, server, film)
            guest = await evening.join(profiles, link, "guest")
            await evening.until_complete(guest.page)
            pages = [host.page, guest.page]
            await evening.press_play(host.page)
            steady = await watch(pages)
            skews = await cycles(pages)
            tell(f"start skews, ms: {[round(skew, 1) for skew in skews]}")
            return figures(steady, STEADY_S, skews)


async def watch(pages: Sequence[Page]) -> list[Recording]:
    """The steady part: everybody plays, nobody touches anything."""
    await asyncio.sleep(SETTLE_S)
    for page in pages:
        await start_recording(page)
    await asyncio.sleep(STEADY_S)
    return [await recorded(page) for page in pages]


async def cycles(pages: Sequence[Page]) -> list[float]:
    """Start skews in ms of pause and play, over and over, by the first page's person.

    Raises RuntimeError if a page did not start in one of them.
    """
    skews = []
    for _ in range(CYCLES):
        await evening.press_play(pages[0])
        await asyncio.sleep(PAUSE_S)
        pressed = await wall_ms(pages[0])
        await evening.press_play(pages[0])
        await asyncio.sleep(PLAY_S)
        skew = start_skew_ms([await recorded(page) for page in pages], pressed)
        if skew is None:
            raise RuntimeError("a page did not start to play")
        skews.append(skew)
    return skews
