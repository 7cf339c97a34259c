"""A long way between a page and the server: a TCP proxy on loopback that holds back every byte, both ways.

It emulates delay and jitter of a path alone, for HTTP and WebSockets alike: bytes come in order, none is lost, and the
width of the path is not limited. (Chromium's own emulation of networks leaves WebSockets alone.) What travels from
browser to browser does not come this way. Times in seconds.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.support.line import READ_BYTES, Line


class SlowLine(Line):
    """`round_trip_s` ± `jitter_s` to the server on `port` of this machine and back; half of both each way."""

    def __init__(self, port: int, round_trip_s: float, jitter_s: float, seed: int = 0) -> None:
        super().__init__(port)
        self._delay_s, self._jitter_s = round_trip_s / 2, jitter_s / 2
        self._chance = random.Random(seed)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, of_server: bool) -> None:
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        clock, due = asyncio.get_running_loop().time, 0.0
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver(held, sink))
            with suppress(OSError):
                while data := await source.read(READ_BYTES):
                    due = max(due, clock() + self._delay_s + self._chance.uniform(-1, 1) * self._jitter_s)
                    held.put_nowait((due, data))
            held.put_nowait((due, b""))

    @staticmethod
    async def _deliver(held: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        with suppress(OSError):
            while True:
                due, data = await held.get()
                await asyncio.sleep(max(0.0, due - clock()))
                if not data:
                    return sink.write_eof()
                sink.write(data)
                await sink.drain()


@asynccontextmanager
async def slow_line(server_port: int, own_port: int, round_trip_s: float, jitter_s: float) -> AsyncIterator[str]:
    """The server again, a long way off; gives the origin."""
    line = SlowLine(server_port, round_trip_s, jitter_s)
    listener = await asyncio.start_server(line.connected, "127.0.0.1", own_port)
    try:
        yield f"http://127.0.0.1:{own_port}"
    finally:
        listener.close()
        await line.end()
