"""Whoever gives the film never copies it: what becomes of that file while it is shared, and after a reload."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.conftest import OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

CHANGED = "ERR_FILE_NOT_FOUND|ERR_UPLOAD_FILE_CHANGED"
MIB = 1024 * 1024


async def two(profile: OpenProfile, server: LiveServer, film: Path, limit_MBps: float | None = None) -> list[Person]:
    """Anna gives `film`, Bo has come by her link."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url)
    await anna.limit("up", limit_MBps)
    await anna.choose(film)
    await anna.until_showing()
    await bo.join(link)
    return [anna, bo]


def rewrite(file: Path, keep_time: bool) -> None:
    """Other bytes in the same place, behind the first piece; `keep_time` as some tools do it."""
    before = file.stat()
    with file.open("r+b") as out:
        out.seek(MIB)
        out.write(bytes(before.st_size - 2 * MIB))
    if keep_time:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


async def rewritten_in_mid_transfer(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, film: Film, folder: Path, keep_time: bool
) -> None:
    profiles.guard.allow(CHANGED)
    lent = Path(shutil.copy(film.path, folder / film.path.name))
    anna, bo = await two(profile, server, lent, limit_MBps=5)
    await bo.until_held(10)
    await asyncio.to_thread(rewrite, lent, keep_time)
    await anna.until_shown("has changed on disk")
    await bo.until_shown("Nobody here has the rest of")
    held = await bo.stored_pieces()
    assert held > 1
    await anna.limit("up", None)
    await anna.choose(film.path)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256


async def test_a_file_rewritten_in_mid_transfer_is_told_of_and_given_anew(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    await rewritten_in_mid_transfer(profiles, profile, server, films["faststart"], tmp_path, keep_time=False)


async def test_a_change_that_the_browser_does_not_see_is_seen_by_the_hashes(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    await rewritten_in_mid_transfer(profiles, profile, server, films["faststart"], tmp_path, keep_time=True)
