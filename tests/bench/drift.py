"""How far apart real pages are: media time of the frames they show, against one wall clock.

Four people watch in one room, each in a browser of their own: two plain ones, one whose server is far away (every byte
to it and from it is held back on loopback: 80 ms ± 20 there and back), and one whose page runs on a quarter of the
processor (Chromium's own throttling of its main thread). What goes from browser to browser is not slowed. Their windows
are small.

Every page records its frames with `requestVideoFrameCallback`: when a frame was to be shown, on the one wall clock that
all pages of a machine share, and which media time it had. The position of a page at any moment lies on the line between
two frames. Drift is the distance between two pages at the same moment; start skew is how far pages are apart after a
play by the first frames of each, in the middle of several, since frames come at the screen's refreshes only; later ones
have been corrected. `--dump FILE` keeps all that was recorded.

How long a browser takes from `play()` to the first frame differs from start to start. So beside it stands what two
pages do without our code, whose `play()` is called at one instant of the wall clock: nobody starts closer than that.
"""

import asyncio
import bisect
import json
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import Page, ViewportSize

from signalling import site
from tests.bench import evening
from tests.bench.common import ROOT, Figures, Options, page_server, tell
from tests.support import films
from tests.support.browsers import LiveServer, Profiles, free_port
from tests.support.slow_line import slow_line

STEADY_S = 60.0
CYCLES = 24
PLAY_S = 2.5
PAUSE_S = 1.5
# Whoever started late is in step by then.
SETTLE_S = 10.0
BACK_TO_S = 5.0
SAMPLE_MS = 50.0
PLAIN = ("ann", "ben")
FAR, SLOW = "far", "slow"
FAR_RTT_S, FAR_JITTER_S = 0.080, 0.020
THROTTLE = 4
# Four pages of a test machine are painted by its processors; small ones leave them time to be in step.
WINDOW = ViewportSize(width=640, height=480)
BARELY_MORE_THAN_ONE_PERCENT = 0.0100001
# Two frames further apart than this have a pause, a seek or a stall between them: no line is drawn.
GAP_MS = 250.0
# So many frames tell where a film began; they are over before a correction is heard.
FIRST_FRAMES = 8
BARE_TO_S, BARE_STEP_S = 5.0, 3.0

RECORDER = """() => {
  const video = document.getElementById("film") ?? document.querySelector("video"), begun = globalThis.matineeFrames;
  globalThis.matineeFrames = { frames: [], events: [], seeks: 0 };
  if (begun) return;
  const kept = ({ timeStamp, type }) => {
    matineeFrames.events.push([timeStamp, type, video.currentTime, video.playbackRate]);
    matineeFrames.seeks += type === "seeking";
  };
  for (const kind of ["play", "playing", "pause", "seeking", "seeked", "waiting", "ratechange"])
    video.addEventListener(kind, kept);
  const frame = (_, { expectedDisplayTime, mediaTime, presentationTime }) => {
    const more = [presentationTime, performance.now(), video.currentTime];
    matineeFrames.frames.push([expectedDisplayTime, mediaTime, video.playbackRate, ...more]);
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

    def began_ms(self, since_ms: float) -> float | None:
        """When, on the wall clock, the film would have been at its beginning, by the first frames shown after a moment;
        None if there are too few."""
        first = bisect.bisect_left(self.frames, since_ms, key=lambda frame: frame.wall_ms)
        frames = self.frames[first : first + FIRST_FRAMES]
        if len(frames) < FIRST_FRAMES:
            return None
        return median(frame.wall_ms - frame.media_s * 1000 for frame in frames)


# ---- the figures ---------------------------------------------------------------------------------------------------


def drifts_ms(recordings: Sequence[Recording]) -> list[float]:
    """Distance between the pages of every pair, in ms, at every moment when all of them play."""
    return [abs(ahead) for one, other in combinations(recordings, 2) for ahead in aheads_ms(one, other)]


def aheads_ms(one: Recording, other: Recording) -> list[float]:
    """How far one page is ahead of another, in ms, at every moment when both play."""
    if not one.frames or not other.frames:
        return []
    moment = max(one.frames[0].wall_ms, other.frames[0].wall_ms)
    end = min(one.frames[-1].wall_ms, other.frames[-1].wall_ms)
    found = []
    while moment < end:
        here, there = one.position_at(moment), other.position_at(moment)
        if here is not None and there is not None:
            found.append((here - there) * 1000)
        moment += SAMPLE_MS
    return found


def start_skew_ms(recordings: Sequence[Recording], pressed_ms: float) -> float | None:
    """How far the pages that are furthest apart are from each other just after a play; None if one did not start."""
    began = [recording.began_ms(pressed_ms) for recording in recordings]
    times = [time for time in began if time is not None]
    return max(times) - min(times) if len(times) == len(recordings) else None


Starts = Sequence[tuple[dict[str, Recording], float]]  # each person's recording, and the moment of the play


def skews_ms(starts: Starts, *names: str) -> list[float]:
    """The start skews of these people. Raises ValueError if one of them did not start."""
    skews = [start_skew_ms([pages[name] for name in names], pressed) for pages, pressed in starts]
    if None in skews:
        raise ValueError("a page did not start to play")
    return [skew for skew in skews if skew is not None]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, by nearest rank. Raises ValueError if there are none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]


@dataclass(frozen=True, slots=True)
class Evening:
    """What was recorded: the steady part of each person, every play, and every play of two pages without our code."""

    steady: dict[str, Recording]
    starts: Starts
    bare: Starts

    def apart_ms(self, name: str) -> list[float]:
        """How far a person's page is from each of the plain ones in the steady part."""
        mine = self.steady[name]
        return [abs(ahead) for plain in PLAIN if plain != name for ahead in aheads_ms(mine, self.steady[plain])]


def figures(evening: Evening, seconds: float) -> Figures:
    """The bench's figures, in ms unless a name says otherwise.

    `p50_ms`, `p95_ms` and `start_skew_p95_ms` are of the two plain pages; `far_…` and `slow_…` are of those people's
    pages against the plain ones, and their start skew is the spread of the three; `bare_…` are of two pages without our
    code. The rest is of all four in the steady part: seeks, and the share of frames shown at more than 1 % beside the
    room's rate.
    """
    found: Figures = {}
    for name, of in (("", PLAIN[0]), (f"{FAR}_", FAR), (f"{SLOW}_", SLOW)):
        apart = evening.apart_ms(of)
        skews = skews_ms(evening.starts, *dict.fromkeys((*PLAIN, of)))
        found |= {
            f"{name}p50_ms": round(percentile(apart, 0.5), 2),
            f"{name}p95_ms": round(percentile(apart, 0.95), 2),
            f"{name}start_skew_p50_ms": round(percentile(skews, 0.5), 2),
            f"{name}start_skew_p95_ms": round(percentile(skews, 0.95), 2),
        }
    bare = skews_ms(evening.bare, *PLAIN)
    frames = [frame for recording in evening.steady.values() for frame in recording.frames]
    beyond = sum(abs(frame.rate - 1) > BARELY_MORE_THAN_ONE_PERCENT for frame in frames)
    return {
        **found,
        "bare_start_skew_p50_ms": round(percentile(bare, 0.5), 2),
        "bare_start_skew_p95_ms": round(percentile(bare, 0.95), 2),
        "seeks": sum(recording.seeks for recording in evening.steady.values()),
        "beyond_one_percent_share": round(beyond / len(frames), 4),
        "seconds": round(seconds, 1),
    }


# ---- the pages -----------------------------------------------------------------------------------------------------


async def start_recording(page: Page) -> None:
    """Record every frame of the page's video from now on, anew."""
    await page.evaluate(RECORDER)


async def raw_of(page: Page) -> dict[str, Any]:
    """All that the page has recorded so far, and when its own clock began in wall milliseconds."""
    return {**await page.evaluate("matineeFrames"), "began_ms": await page.evaluate("performance.timeOrigin")}


async def recorded(page: Page) -> Recording:
    """What the page has recorded so far."""
    return recording(await raw_of(page))


def recording(raw: dict[str, Any]) -> Recording:
    """What a page has recorded, on the wall clock."""
    frames = (Frame(raw["began_ms"] + shown, media, rate) for shown, media, rate, *_ in raw["frames"])
    return Recording(tuple(sorted(frames, key=lambda frame: frame.wall_ms)), raw["seeks"])


async def wall_ms(page: Page) -> float:
    """The moment now, on the clock of the recordings."""
    return float(await page.evaluate("performance.timeOrigin + performance.now()"))


async def run(options: Options) -> Figures:
    """Four people of the real app watch a film: a steady part, then pauses and plays by the host."""
    built = site.build(ROOT / "build" / "bench-site").out
    film = films.get(films.LONG_FASTSTART).path
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="matinee-drift-")))
        far_port = free_port()
        allowed = ("--origin", f"http://127.0.0.1:{far_port}")
        server = stack.enter_context(LiveServer(folder, built, allowed))
        far_url = await stack.enter_async_context(slow_line(server.port, far_port, FAR_RTT_S, FAR_JITTER_S))
        profiles = await stack.enter_async_context(Profiles(folder, server.url))
        people = await gather(profiles, server, film, far_url)
        await evening.press_play(people[PLAIN[0]])
        steady = await watch(people)
        starts = await cycles(people)
        bare = await bare_cycles([people[name] for name in PLAIN], film)
        if options.dump is not None:
            options.dump.write_text(json.dumps({"steady": steady, "starts": starts, "bare": bare}))
        found = Evening({name: recording(raw) for name, raw in steady.items()}, read(starts), read(bare))
        for names in (PLAIN, (*PLAIN, FAR), (*PLAIN, FAR, SLOW)):
            tell(
                f"start skews of {', '.join(names)}, ms: {[round(skew, 1) for skew in skews_ms(found.starts, *names)]}"
            )
        tell(f"start skews of bare pages, ms: {[round(skew, 1) for skew in skews_ms(found.bare, *PLAIN)]}")
        return figures(found, STEADY_S)


Raw = dict[str, dict[str, Any]]  # by person


def read(starts: Sequence[tuple[Raw, float]]) -> Starts:
    """The plays as they were recorded."""
    return [({name: recording(raw) for name, raw in pages.items()}, pressed) for pages, pressed in starts]


async def gather(profiles: Profiles, server: LiveServer, film: Path, far_url: str) -> dict[str, Page]:
    """Everybody is in the room and has the whole film."""
    host, link = await evening.open_room(profiles, server, film)
    everybody = {PLAIN[0]: host}
    for name in (*PLAIN[1:], FAR, SLOW):
        everybody[name] = await evening.join(profiles, link.replace(server.url, far_url) if name == FAR else link, name)
        await evening.until_complete(everybody[name].page)
    for profile in everybody.values():
        await profile.page.set_viewport_size(WINDOW)
    tools = await everybody[SLOW].context.new_cdp_session(everybody[SLOW].page)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    return {name: profile.page for name, profile in everybody.items()}


async def watch(people: dict[str, Page]) -> Raw:
    """The steady part: everybody plays, nobody touches anything."""
    await asyncio.sleep(SETTLE_S)
    for page in people.values():
        await start_recording(page)
    await asyncio.sleep(STEADY_S)
    return {name: await raw_of(page) for name, page in people.items()}


async def cycles(people: dict[str, Page]) -> list[tuple[Raw, float]]:
    """Pause and play, over and over, by the first person; what was recorded, and when play was pressed."""
    found = []
    await evening.seek(people[PLAIN[0]], BACK_TO_S)
    await asyncio.sleep(PLAY_S)
    for _ in range(CYCLES):
        await evening.press_play(people[PLAIN[0]])
        await asyncio.sleep(PAUSE_S)
        for page in people.values():
            await start_recording(page)
        pressed = await wall_ms(people[PLAIN[0]])
        await evening.press_play(people[PLAIN[0]])
        await asyncio.sleep(PLAY_S)
        found.append(({name: await raw_of(page) for name, page in people.items()}, pressed))
    return found


BARE_START = """async ([to, at]) => {
  const video = document.querySelector("video"), left = () => at - performance.timeOrigin - performance.now();
  video.pause();
  video.currentTime = to;
  await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  await new Promise((done) => setTimeout(done, left() - 20));
  while (left() > 0);
  video.play();
}"""


async def bare_cycles(pages: Sequence[Page], film: Path) -> list[tuple[Raw, float]]:
    """The same film on pages without our code, `play()` being called on both at the same instant, over and over."""
    found = []
    async with page_server({"film.mp4": film}) as origin:
        await asyncio.gather(*(page.goto(f"{origin}/play.html") for page in pages))
        for number in range(CYCLES):
            at = await wall_ms(pages[0]) + PAUSE_S * 1000
            for page in pages:
                await start_recording(page)
            to = BARE_TO_S + number * BARE_STEP_S
            await asyncio.gather(*(page.evaluate(BARE_START, [to, at]) for page in pages))
            await asyncio.sleep(PLAY_S / 2)
            found.append(({name: await raw_of(page) for name, page in zip(PLAIN, pages, strict=True)}, at))
    return found
