"""How much the receiving tab grows while a film arrives, for a small film and a large one.

Memory is the unique set size (private pages, resident) of the receiver's renderer processes: what the machine would get
back if the tab closed, garbage that was not collected yet included. `shown` is what a film costs before its size can
matter: from the empty room until its first 64 MB are here and its picture is shown. `growth` is what is added until the
last piece is stored: the largest of all later samples above the largest up to then.
"""

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path

import psutil

from signalling import site
from tests.bench.common import MB, ROOT, Figures, Options, tell
from tests.bench.one_browser import give_file
from tests.support import films
from tests.support.browsers import LiveServer, Profiles
from tests.support.people import person

SMALL_MB, LARGE_MB = 200, 1000
MIB = 1 << 20
FIRST_MB = 64
SAMPLE_EVERY_S = 0.25
LIMIT_S = 600.0


async def run(options: Options) -> Figures:
    """Growth in MiB for both sizes, one after the other; `--megabytes` above 1000 makes the large one larger."""
    built = site.build(ROOT / "build" / "bench-site").out
    figures: Figures = {}
    for megabytes in (SMALL_MB, max(LARGE_MB, options.size // MB)):
        with tempfile.TemporaryDirectory(prefix="matinee-memory-") as name:
            grown = await asyncio.wait_for(growth(Path(name), built, megabytes * MB), LIMIT_S)
        tell(f"{megabytes} MB: {grown}")
        figures |= {f"{each}_{megabytes}_mib": value for each, value in grown.items()}
    return figures


async def growth(folder: Path, built: Path, size: int) -> Figures:
    """One film of `size` bytes from a host to a guest."""
    film = films.padded(films.get(films.LONG_MOOV_AT_END), size, folder)
    with LiveServer(folder, built) as server:
        async with Profiles(folder, server.url) as profiles:
            host, guest = await person(profiles.open, "host"), await person(profiles.open, "guest")
            await guest.join(await host.start_room(server.url))
            kept = profiles.folder("guest")
            empty = used(kept)
            await give_file(host.page, "#any-film", film.path)
            shown = await peak_until(guest.until_held(-(-100 * FIRST_MB * MB // size)), kept)
            peak = await peak_until(guest.until_complete(LIMIT_S * 1000), kept)
            profiles.guard.check()
    return {"shown": round((shown - empty) / MIB, 1), "growth": round(max(0, peak - shown) / MIB, 1)}


async def peak_until(done: Awaitable[None], profile: Path) -> int:
    """The most bytes seen in use until something has come about."""
    waiting = asyncio.ensure_future(done)
    most = used(profile)
    while not waiting.done():
        await asyncio.wait([waiting], timeout=SAMPLE_EVERY_S)
        most = max(most, used(profile))
    waiting.result()
    return most


def used(profile: Path) -> int:
    """Bytes of all renderers of the browser with that profile's folder. Raises RuntimeError if there is none."""
    told = f"--user-data-dir={profile}"
    browsers = [each for each in psutil.Process().children(recursive=True) if told in each.cmdline()]
    children = [child for browser in browsers for child in browser.children(recursive=True)]
    renderers = {child for child in children if "--type=renderer" in child.cmdline()}
    if not renderers:
        raise RuntimeError(f"no renderer has the profile {profile.name}")
    return sum(renderer.memory_full_info().uss for renderer in renderers)
