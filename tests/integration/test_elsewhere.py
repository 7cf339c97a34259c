"""A page of another origin and the server that was told of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.integration.server_process import ServerProcess

PAGE = "https://page.example"
STRANGER = "https://stranger.example"


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server without a site."""
    process = await ServerProcess.start(tmp_path, "--site", "none", "--origin", PAGE)
    yield process
    await process.kill()


async def test_it_serves_no_site(rooms: ServerProcess, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{rooms.url}/") as response:
        assert response.status == 404
    async with http.get(f"{rooms.url}/api/v1/health") as response:
        assert response.status == 200


async def test_the_page_it_was_told_of_may_ask_and_read(rooms: ServerProcess, http: aiohttp.ClientSession) -> None:
    where, asking = f"{rooms.url}/api/v1/rooms", {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    async with http.options(where, headers=asking) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"
    async with http.post(where, json={"name": "Ada"}, headers={"Origin": PAGE}) as response:
        assert response.status == 201
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
        assert "Origin" in response.headers["Vary"]
    async with http.post(where, json={}, headers={"Origin": PAGE}) as response:
        assert response.status == 400
        assert response.headers["Access-Control-Allow-Origin"] == PAGE, "a refusal is to be read too"


async def test_the_page_it_was_told_of_may_open_a_socket(rooms: ServerProcess, http: aiohttp.ClientSession) -> None:
    where = f"{rooms.url}/api/v1/socket"
    async with http.ws_connect(where, origin=PAGE) as socket:
        assert not socket.closed
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await http.ws_connect(where, origin=STRANGER)


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
async def test_a_stranger_is_refused_and_told_nothing(
    method: str, rooms: ServerProcess, http: aiohttp.ClientSession
) -> None:
    async with http.request(method, f"{rooms.url}/api/v1/rooms", headers={"Origin": STRANGER}) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
