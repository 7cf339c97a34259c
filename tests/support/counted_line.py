"""What a server sends, counted: a TCP proxy on loopback that holds nothing back. For HTTP and WebSockets alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.support.line import READ_BYTES, Line


class CountedLine(Line):
    """`sent` is what the server has sent so far, in bytes; `url` is its origin by way of this line."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._came = asyncio.Event()
        self.sent = 0
        self.url = ""

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, of_server: bool) -> None:
        with suppress(OSError):
            while data := await source.read(READ_BYTES):
                if of_server:
                    self.sent += len(data)
                    self._came.set()
                sink.write(data)
                await sink.drain()
            sink.write_eof()

    async def until_quiet(self, seconds: float) -> None:
        """Wait until nothing has come for so long."""
        with suppress(TimeoutError):
            while True:
                self._came.clear()
                await asyncio.wait_for(self._came.wait(), seconds)


@asynccontextmanager
async def counted_line(server_port: int) -> AsyncIterator[CountedLine]:
    """The server again, on another port."""
    line = CountedLine(server_port)
    listener = await asyncio.start_server(line.connected, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        listener.close()
        await line.end()
