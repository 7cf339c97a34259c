"""What every browser test stands on: the built site, a server of its own, films, and profiles that are watched."""

import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import expect

from signalling import site as static_site
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profile, Profiles
from tests.support.firefox import Firefox
from tests.support.patience import PATIENCE_MS
from tests.support.webkit import WebKit
from tools.prepare import find_webkit

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "e2e"
HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()
PICTURE_MS = 5000.0
LOG_CHARACTERS = 6000
# Steps have their own ends, most of them after `PATIENCE_MS`; this is for what hangs.
TEST_S = 600
expect.set_options(timeout=PATIENCE_MS)

OpenProfile = Callable[..., Awaitable[Profile]]
OpenFirefox = Callable[[str], Awaitable[Firefox]]
OpenWebKit = Callable[[str], Awaitable[WebKit]]
BrowserT = TypeVar("BrowserT", Firefox, WebKit)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            # One loop for all of them, since they share browsers.
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            told = item.config.getoption("timeout", None) or os.environ.get("PYTEST_TIMEOUT")
            if not told:
                item.add_marker(pytest.mark.timeout(TEST_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure until the fixtures are torn down, where the pictures are taken; tell what the server said."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
        server = getattr(item, "funcargs", {}).get("server")
        if report.failed and isinstance(server, LiveServer):
            report.sections.append(("The end of the server's log", server.log[-LOG_CHARACTERS:]))
    return report


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site. Of those who test side by side the first builds it, and the rest find it good."""
    with (ROOT / "build" / "e2e-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return static_site.build(ROOT / "build" / "e2e-site").out


@pytest.fixture(scope="session")
def films() -> Mapping[str, film_shop.Film]:
    """Every test film by its recipe's name."""
    return {recipe.name: film_shop.get(recipe) for recipe in film_shop.RECIPES}


@pytest.fixture(scope="session")
def one_server(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The server of all tests that do not start one of their own."""
    with LiveServer(tmp_path_factory.mktemp("server"), site) as running:
        yield running


@pytest.fixture
def server(one_server: LiveServer) -> LiveServer:
    """A running server, with the rooms of other tests. Restart it off the loop: `asyncio.to_thread(server.restart)`."""
    if not one_server.is_running:
        one_server.start()
    return one_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_set_of_profiles(
    one_server: LiveServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Profiles]:
    """The browsers that go from test to test."""
    async with Profiles(tmp_path_factory.mktemp("profiles"), one_server.url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def profiles(
    server: LiveServer, one_set_of_profiles: Profiles, request: pytest.FixtureRequest
) -> AsyncIterator[Profiles]:
    """The test's browsers; at its end the guard is asked, and a failed test leaves a screenshot of every page.

    What a test leaves behind in them is cleared away, and of a test that failed they are not used again.
    """
    opened = one_set_of_profiles
    yield opened
    complaints = opened.guard.complaints()
    if complaints or request.node.stash.get(FAILED, False):
        await take_pictures(opened, request.node.name)
        await opened.close_all()
    await opened.begin_again()
    assert not complaints, "\n".join(["the browsers complained:", *complaints])


@pytest.fixture
def profile(profiles: Profiles) -> OpenProfile:
    """Opens one more person's browser: `ann = await profile("Ann")`."""
    return profiles.open


@pytest_asyncio.fixture(loop_scope="session")
async def firefox(profiles: Profiles, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[OpenFirefox]:
    """Opens one more person's Firefox: `bo = await firefox("Bo")`. The guard of the Chromiums watches it too."""
    async with opening(lambda name: Firefox(tmp_path, name, profiles.guard), request) as open_one:
        yield open_one


@pytest_asyncio.fixture(loop_scope="session")
async def webkit(profiles: Profiles, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[OpenWebKit]:
    """Opens one more person's WebKit, as `firefox` does. Where there is none, its tests are left out."""
    if find_webkit() is None:
        pytest.skip("there is no WebKit here: `make test` says how to get one")
    async with opening(lambda name: WebKit(tmp_path, name, profiles.guard), request) as open_one:
        yield open_one


@asynccontextmanager
async def opening(
    make: Callable[[str], BrowserT], request: pytest.FixtureRequest
) -> AsyncIterator[Callable[[str], Awaitable[BrowserT]]]:
    """Opens browsers by the names of people, and closes them; of a test that failed there is a picture of each."""
    opened: dict[str, BrowserT] = {}
    async with AsyncExitStack() as stack:

        async def open_one(name: str) -> BrowserT:
            opened[name] = await stack.enter_async_context(make(name))
            return opened[name]

        yield open_one
        if request.node.stash.get(FAILED, False):
            PICTURES.mkdir(parents=True, exist_ok=True)
            for name, each in opened.items():
                await each.page.screenshot(path=PICTURES / f"{request.node.name}-{name}.png")


async def take_pictures(profiles: Profiles, test: str) -> None:
    """Of every page. One that cannot be pictured, having crashed, is passed over: its browser is closed too."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, profile in profiles.opened.items():
        for number, page in enumerate(profile.context.pages):
            with suppress(PlaywrightError):
                await page.screenshot(path=PICTURES / f"{test}-{name}-{number}.png", timeout=PICTURE_MS)
