"""What a server sends, counted: a TCP proxy on loopback that holds nothing back. For HTTP and WebSockets alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

READ_BYTES = 1 << 16


class CountedLine:
    """`sent` is what the server has sent so far, in bytes; `url` is its origin by way of this line."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._came = asyncio.Event()
        self.sent = 0
        self.url = ""

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both ends are done."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(reader, back, counted=False))
                group.create_task(self._carry(there, writer, counted=True))
        finally:
            for end in (back, writer):
                end.close()
            await asyncio.gather(back.wait_closed(), writer.wait_closed(), return_exceptions=True)
            self._tasks.discard(task)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, counted: bool) -> None:
        with suppress(OSError):
            while data := await source.read(READ_BYTES):
                if counted:
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

    async def end(self) -> None:
        """Drop what is on the way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


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
