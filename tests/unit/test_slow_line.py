"""The long way to the server that benches put up. Times in seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.browsers import free_port
from tests.support.slow_line import slow_line

DELAY_S, JITTER_S = 0.08, 0.02


class Echo:
    """A server that says back what is said, until nothing more is said."""

    def __init__(self) -> None:
        self.came, self.left = asyncio.Event(), asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came.set()
        while data := await reader.read(1024):
            writer.write(data)
        writer.close()
        await writer.wait_closed()
        self.left.set()

    @asynccontextmanager
    async def far_away(self, round_trip_s: float = DELAY_S) -> AsyncIterator[int]:
        """The port of the long way to it."""
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        port, way = server.sockets[0].getsockname()[1], free_port()
        async with server:
            async with slow_line(port, way, round_trip_s, JITTER_S) as origin:
                assert origin == f"http://127.0.0.1:{way}"
                yield way
            await asyncio.wait_for(self.left.wait(), 5)


@pytest.mark.parametrize("words", [[b"one"], [b"one", b"two", b"three"]])
async def test_every_byte_comes_in_order_and_late_by_the_whole_way(words: list[bytes]) -> None:
    clock = asyncio.get_running_loop().time
    async with Echo().far_away() as way:
        reader, writer = await asyncio.open_connection("127.0.0.1", way)
        for word in words:
            sent = clock()
            writer.write(word)
            assert await reader.readexactly(len(word)) == word
            assert clock() - sent >= DELAY_S - JITTER_S
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_what_is_on_the_way_is_dropped_in_the_end_and_everybody_hears_of_it() -> None:
    echo = Echo()
    async with echo.far_away(10.0) as way:
        reader, writer = await asyncio.open_connection("127.0.0.1", way)
        writer.write(b"nobody will read this")
        await writer.drain()
        await echo.came.wait()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
