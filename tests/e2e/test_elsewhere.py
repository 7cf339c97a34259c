"""A copy of the site on a plain file server below some path, and the rooms on a server of another origin."""

import asyncio
import shutil
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from signalling import site as static_site
from tests.e2e.conftest import PICTURES, ROOT, OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import person

BELOW = "Film Abend #1/für+uns 100 %/"


class Files(SimpleHTTPRequestHandler):
    """Python's own file server, which says nothing about itself."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    """A host of static files that knows nothing of Matinee: its origin. It serves what lies in `tmp_path / "www"`."""
    (tmp_path / "www").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(tmp_path / "www"))) as files:
        thread = threading.Thread(target=files.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{files.server_port}"
        files.shutdown()
        thread.join()


async def test_a_copied_folder_in_a_path_of_any_host_plays_films(
    host: str, profiles: Profiles, profile: OpenProfile, films: Mapping[str, Film], tmp_path: Path
) -> None:
    film = films["short"]
    rooms = LiveServer(tmp_path, Path("none"), ("--origin", host))
    built = static_site.build(ROOT / "build" / "e2e-site-elsewhere", server=f"{rooms.url}/").out
    shutil.copytree(built, tmp_path / "www" / BELOW)
    page = f"{host}/{quote(BELOW)}"
    profiles.guard.known |= {host, rooms.url}
    with rooms:
        # Browsers of their own: those that go from test to test are emptied of the usual origin only.
        anna, bo = await asyncio.gather(*(person(profile, name, flags=("--mute-audio",)) for name in ("Anna", "Bo")))
        link = await anna.start_room(page)
        assert link.startswith(f"{page}#")
        await anna.choose(film.path)
        # Whatever passed the link on has put a word of its own into it.
        await asyncio.gather(bo.join(link.replace("#", "?ref=mail/7#")), anna.until_showing())
        await bo.press_play_or_pause()
        await asyncio.gather(anna.until_playing_past(0.5), bo.until_playing_past(0.5))
        await bo.until_complete()
        assert await bo.stored_sha256() == film.sha256
        await bo.picture(PICTURES / "elsewhere.png")

        # Away and back, as with a server next door; then a server that stays away is told of.
        await bo.come_again()
        await bo.is_in()
    profiles.guard.allow("ERR_CONNECTION_REFUSED|WebSocket connection")
    await bo.until_shown("Connection lost")
    await bo.open(page)
    await bo.page.fill("#home-name", "Bo")
    await bo.page.click("#start")
    await bo.until_shown("cannot be reached")
