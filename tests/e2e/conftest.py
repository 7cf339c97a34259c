"""What every browser test stands on: the built site, a server of its own, films, and profiles that are watched."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from signalling import site as static_site
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profile, Profiles
from tests.support.firefox import Firefox

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "e2e"
HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()

OpenProfile = Callable[..., Awaitable[Profile]]
OpenFirefox = Callable[[str], Awaitable[Firefox]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure until the fixtures are torn down, where the screenshots are taken."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    return static_site.build(ROOT / "build" / "e2e-site").out


@pytest.fixture(scope="session")
def films() -> Mapping[str, film_shop.Film]:
    """Every test film by its recipe's name."""
    return {recipe.name: film_shop.get(recipe) for recipe in film_shop.RECIPES}


@pytest.fixture
def server(site: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """A running server with an empty database. Restart it off the loop: `await asyncio.to_thread(server.restart)`."""
    with LiveServer(tmp_path, site) as running:
        yield running


@pytest.fixture
async def profiles(server: LiveServer, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Profiles]:
    """The test's browsers; at its end the guard is asked, and a failed test leaves a screenshot of every page."""
    async with Profiles(tmp_path, server.url) as opened:
        yield opened
        complaints = opened.guard.complaints()
        if complaints or request.node.stash.get(FAILED, False):
            await take_pictures(opened, request.node.name)
        opened.guard.check()


@pytest.fixture
def profile(profiles: Profiles) -> OpenProfile:
    """Opens one more person's browser: `ann = await profile("Ann")`."""
    return profiles.open


@pytest.fixture
async def firefox(profiles: Profiles, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[OpenFirefox]:
    """Opens one more person's Firefox: `bo = await firefox("Bo")`. The guard of the Chromiums watches it too."""
    opened: dict[str, Firefox] = {}
    async with AsyncExitStack() as stack:

        async def open_one(name: str) -> Firefox:
            opened[name] = await stack.enter_async_context(Firefox(tmp_path, name, profiles.guard))
            return opened[name]

        yield open_one
        if request.node.stash.get(FAILED, False):
            PICTURES.mkdir(parents=True, exist_ok=True)
            for name, each in opened.items():
                await each.page.screenshot(path=PICTURES / f"{request.node.name}-{name}.png")


async def take_pictures(profiles: Profiles, test: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, profile in profiles.opened.items():
        for number, page in enumerate(profile.context.pages):
            await page.screenshot(path=PICTURES / f"{test}-{name}-{number}.png")
