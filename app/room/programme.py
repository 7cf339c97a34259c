"""The queue of films, the subtitles that go with them, and what is on.

Law: a film that comes on stands at its beginning, paused.
"""

from collections.abc import Callable
from dataclasses import replace

from app.playback.timeline import Timeline
from app.room.deck import Stage
from app.room.errors import Reason
from app.room.messages import QueueAdd, QueueMove, QueueRemove, Skip, SubtitleAdd, SubtitleRemove
from app.room.state import Item, Phase, Programme, Room, Subtitle

MAX_ITEMS = 50
MAX_SUBTITLES = 10

Subtitles = tuple[Subtitle, ...]
Order = QueueAdd | QueueRemove | QueueMove | SubtitleAdd | SubtitleRemove | Skip


def objection(room: Room, command: Order) -> Reason | None:
    """Why the programme cannot be changed so."""
    match command:
        case QueueAdd(item=item, film=film):
            if room.programme.find(item):
                return Reason.CONFLICT
            if room.programme.shows(film.film_id):
                return None if _is_found(room) else Reason.CONFLICT
            return Reason.TOO_LARGE if len(room.programme.items) >= MAX_ITEMS else None
        case QueueRemove(item=item) | Skip(to=item):
            return None if room.programme.find(item) else Reason.NOT_FOUND
        case QueueMove():
            return _move_objection(room.programme, command)
        case SubtitleAdd() | SubtitleRemove():
            return _subtitle_objection(room, command)


def changed(room: Room, command: Order, by: str, now: float) -> Room:
    """The room after a command to which there is no objection."""
    match command:
        case QueueAdd():
            return queue_add(room, command, by, now)
        case QueueRemove():
            return queue_remove(room, command, now)
        case QueueMove():
            return queue_move(room, command)
        case SubtitleAdd():
            return subtitle_add(room, command)
        case SubtitleRemove():
            return subtitle_remove(room, command)
        case Skip():
            return skip(room, command, now)


def queue_add(room: Room, command: QueueAdd, by: str, now: float) -> Room:
    """With the film at the end of the queue, named as it comes; it is on at once where nothing was.

    One that is there already stays where it is.
    """
    if room.programme.shows(command.film.film_id):
        return room
    items = (*room.programme.items, Item(command.item, command.film, by))
    grown = replace(room, programme=Programme(items), phase=Phase.ACTIVE)
    return grown if room.current else put_on(grown, command.item, now)


def _is_found(room: Room) -> bool:
    """Whether the room has chosen a film, and whoever has the file brings it."""
    return room.ballot is not None and room.ballot.stage is Stage.MATCHED


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


def queue_move(room: Room, command: QueueMove) -> Room:
    """With that film in front of the other one, or at the end. What is on stays on, and what follows it may change."""
    moved = room.programme.find(command.item)
    rest = [item for item in room.programme.items if item is not moved]
    place = next((at for at, item in enumerate(rest) if item.id == command.before), len(rest))
    there = (moved,) if moved else ()
    return replace(room, programme=Programme((*rest[:place], *there, *rest[place:])))


def _move_objection(programme: Programme, command: QueueMove) -> Reason | None:
    if command.item == command.before:
        return Reason.INVALID_COMMAND
    known = programme.find(command.item) and (command.before is None or programme.find(command.before))
    return None if known else Reason.NOT_FOUND


def subtitle_add(room: Room, command: SubtitleAdd) -> Room:
    """With the subtitle as the last of its film's."""
    return _with_subtitles(room, command.item, lambda before: (*before, command.subtitle))


def subtitle_remove(room: Room, command: SubtitleRemove) -> Room:
    """Without that subtitle."""
    return _with_subtitles(
        room, command.item, lambda before: tuple(one for one in before if one.film_id != command.film_id)
    )


def _subtitle_objection(room: Room, command: SubtitleAdd | SubtitleRemove) -> Reason | None:
    item = room.programme.find(command.item)
    if item is None:
        return Reason.NOT_FOUND
    if isinstance(command, SubtitleRemove):
        return None if item.subtitle(command.film_id) else Reason.NOT_FOUND
    if item.subtitle(command.subtitle.film_id):
        return Reason.CONFLICT
    return Reason.TOO_LARGE if len(item.subtitles) >= MAX_SUBTITLES else None


def _with_subtitles(room: Room, item_id: str, change: Callable[[Subtitles], Subtitles]) -> Room:
    items = room.programme.items
    changed = (replace(item, subtitles=change(item.subtitles)) if item.id == item_id else item for item in items)
    return replace(room, programme=Programme(tuple(changed)))


def skip(room: Room, command: Skip, now: float) -> Room:
    """With that film on."""
    return put_on(room, command.to, now)


def put_on(room: Room, item_id: str | None, now: float) -> Room:
    """With `item_id` (or nothing) at its beginning, paused, at the usual speed."""
    return replace(room, timeline=Timeline(item=item_id, anchor=now), wait=None)


def following(room: Room) -> Item | None:
    """What comes after the film that is on."""
    items = room.programme.items
    index = next((at for at, item in enumerate(items) if item.id == room.timeline.item), len(items))
    return items[index + 1] if index + 1 < len(items) else None
