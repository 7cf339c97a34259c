"""What waits for a reader who is behind: made when somebody falls behind, dropped when they have caught up.

Laws: frames leave in the order in which they were put; at most `MOST_BYTES` wait for a far side that takes nothing.
"""

import contextlib
from collections import deque
from collections.abc import Awaitable, Callable

MOST_BYTES = 256 * 1024


class Backlog:
    """`send` writes a frame and returns when there is space for more; it may raise `ConnectionError`."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._send = send
        self._frames: deque[tuple[int, Callable[[], bytes]]] = deque()
        self._bytes = 0
        self._stalled = False

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, size: int, make: Callable[[], bytes]) -> bool:
        """One frame more, made when its turn comes; False, and all are dropped, if the reader is too slow for it."""
        self._bytes += size
        # A burst that `run` has had no turn for is not the reader's fault.
        if self._stalled and self._bytes > MOST_BYTES:
            self._frames.clear()
            return False
        self._frames.append((size, make))
        return True

    async def run(self) -> None:
        """Write until nothing waits any more, or the line has broken."""
        with contextlib.suppress(ConnectionError):
            while self._frames:
                size, make = self._frames.popleft()
                self._stalled = True  # seen by `put` only while this waits for the far side to take what was written
                await self._send(make())
                self._stalled = False
                self._bytes -= size
