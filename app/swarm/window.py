"""Looking into a file bit by bit: whoever looks says which bytes it wants, and gets them or fewer.

A look is a generator: it yields (offset, length) and is sent the bytes that stand there. So it needs no file, and
whoever has one may be slow about it.
"""

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")
Look = Generator[tuple[int, int], bytes, Result]

WINDOW_BYTES = 4096
MOST_BYTES = 64 * 1024
MOST_READS = 64


class Window:
    """What was last read of a file of `size` bytes, beginning with its `head`. It gives up after `MOST_READS`."""

    def __init__(self, size: int, head: bytes = b"") -> None:
        self.size = size
        self._at = 0
        self._data = head[:size]
        self._reads = 0

    def bytes(self, at: int, count: int) -> Look[bytes]:
        """`count` bytes from `at` on; fewer at the end of the file, or where too much was read already."""
        count = max(0, min(count, MOST_BYTES, self.size - at))
        if count == 0 or at < 0:
            return b""
        if not (self._at <= at and at + count <= self._at + len(self._data)):
            if self._reads >= MOST_READS:
                return b""
            self._reads += 1
            self._data = yield at, min(max(count, WINDOW_BYTES), self.size - at)
            self._at = at
        return self._data[at - self._at : at - self._at + count]
