"""A running server and visitors of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.integration.clients import Visitor
from tests.integration.server_process import ServerProcess


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """The server, for one test."""
    process = await ServerProcess.start(tmp_path)
    yield process
    await process.kill()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that closes its sockets at the end."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def visitor(server: ServerProcess, http: aiohttp.ClientSession) -> Visitor:
    """Somebody who can call the server."""
    return Visitor(http, server.url)
