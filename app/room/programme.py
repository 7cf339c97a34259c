"""The queue of films and what is on. A film that comes on stands at its beginning, paused."""

from dataclasses import replace

from app.playback.timeline import Timeline
from app.room.messages import QueueAdd, QueueRemove, Skip
from app.room.state import Item, Phase, Programme, Room

MAX_ITEMS = 50


def queue_add(room: Room, command: QueueAdd, by: str, now: float) -> Room:
    """With the film at the end of the queue, named as it comes; it is on at once where nothing was."""
    items = (*room.programme.items, Item(command.item, command.film, by))
    grown = replace(room, programme=Programme(items), phase=Phase.ACTIVE)
    return grown if room.current else put_on(grown, command.item, now)


def queue_remove(room: Room, command: QueueRemove, now: float) -> Room:
    """Without that film; if it was on, the one after it (else the one before) is put on."""
    items = room.programme.items
    index = next(i for i, item in enumerate(items) if item.id == command.item)
    rest = items[:index] + items[index + 1 :]
    shrunk = replace(room, programme=Programme(rest))
    if room.timeline.item != command.item:
        return shrunk
    follower = rest[min(index, len(rest) - 1)].id if rest else None
    return put_on(shrunk, follower, now)


def skip(room: Room, command: Skip, now: float) -> Room:
    """With that film on."""
    return put_on(room, command.to, now)


def put_on(room: Room, item_id: str | None, now: float) -> Room:
    """With `item_id` (or nothing) at its beginning, paused, at the usual speed."""
    return replace(room, timeline=Timeline(item=item_id, anchor=now))
