"""What was answered to whom, so that a command that is asked again gets its first answer and has no second effect."""

from collections.abc import Iterable
from typing import TypeAlias

from app.room.codec import encode
from app.room.messages import Happened
from signalling.store.base import KEPT_EVENTS

# Who asked, and the id they gave the command. None: the server's own, which nobody repeats.
Key: TypeAlias = tuple[str, str] | None


def key_of(member: str | None, command_id: str | None) -> Key:
    """The key of a command, if it can be asked again."""
    return None if member is None or command_id is None else (member, command_id)


class Answers:
    """The last `KEPT_EVENTS` answers of a room, as they were sent; those of kept events outlive a restart."""

    def __init__(self, events: Iterable[Happened]) -> None:
        self._frames: dict[tuple[str, str], bytes | None] = {}
        for event in events:
            self.keep(key_of(event.by, event.command_id), encode(event).encode())

    def __len__(self) -> int:
        return len(self._frames)

    def is_new(self, key: tuple[str, str]) -> bool:
        """Whether it is asked for the first time; from then on it is not."""
        if key in self._frames:
            return False
        self._frames[key] = None
        return True

    def keep(self, key: Key, frame: bytes) -> None:
        """That is the answer."""
        if key is None:
            return
        self._frames[key] = frame
        while len(self._frames) > KEPT_EVENTS:
            del self._frames[next(iter(self._frames))]

    def of(self, key: tuple[str, str]) -> bytes | None:
        """The answer, if it was given and is kept."""
        return self._frames.get(key)
