"""A TCP proxy on loopback between a page and the server; how it carries bytes is for its kinds to say."""

import asyncio
from abc import ABC, abstractmethod

READ_BYTES = 1 << 16


class Line(ABC):
    """To the server on `port` of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both ends are done."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(reader, back, of_server=False))
                group.create_task(self._carry(there, writer, of_server=True))
        finally:
            for end in (back, writer):
                end.close()
            await asyncio.gather(back.wait_closed(), writer.wait_closed(), return_exceptions=True)
            self._tasks.discard(task)

    @abstractmethod
    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, of_server: bool) -> None:
        """Carry one way, until its source has ended; `of_server` is the way back."""

    async def end(self) -> None:
        """Drop what is on the way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
