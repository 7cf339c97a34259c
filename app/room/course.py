"""How the film runs for everyone: play, pause, seek, speed, and the waits in between.

Laws: while the room waits, its timeline stands; what ends a wait is that everybody is ready, its moment, or a person.
Pressing play during a wait changes nothing; only `anyway` cuts it short. Times are room time in seconds.
"""

from dataclasses import replace

from app.playback import timeline as timelines
from app.playback.gate import START_WAIT_S, WAIT_S, Wait
from app.room.errors import Reason
from app.room.messages import GoOn, Hold, Pause, Play, Seek, SetRate, Skip
from app.room.state import Room

Order = Play | Pause | Seek | SetRate | Hold | GoOn


def objection(room: Room, command: Order) -> Reason | None:
    """Why the film cannot be moved so."""
    if room.current is None:
        return Reason.NOT_FOUND
    match command:
        case Hold():
            return None if room.timeline.playing else Reason.CONFLICT
        case GoOn():
            return None if room.wait is not None else Reason.CONFLICT
        case _:
            return None


def changed(room: Room, command: Order, now: float) -> Room:
    """The room after a command to which there is no objection."""
    timeline, length = room.timeline, room.duration_s
    match command:
        case Play():
            return _play(room, command, now)
        case Pause():
            return replace(room, timeline=timelines.pause(timeline, now, length), wait=None)
        case Seek():
            return _seek(room, command, now)
        case SetRate(rate=rate):
            return replace(room, timeline=timelines.set_rate(timeline, rate, now, length))
        case Hold(waits_for=members):
            return replace(room, timeline=timelines.pause(timeline, now, length), wait=Wait(members, now + WAIT_S))
        case GoOn(lead_s=lead_s):
            return _go_on(room, now + lead_s)


def stopped_by(before: Room, after: Room, command: object, by: str | None) -> str | None:
    """Who has stopped the film, `by` having asked for what led from `before` to `after`. Pausing what stands stops
    nothing."""
    if after.going or isinstance(command, Skip) or after.timeline.item != before.timeline.item:
        return None
    return by if before.going and isinstance(command, Pause) else before.paused_by


def _play(room: Room, command: Play, now: float) -> Room:
    if room.wait is not None:
        return _go_on(room, now + command.lead_s) if command.anyway else room
    started = timelines.play(room.timeline, now, command.lead_s, room.duration_s)
    if started == room.timeline or not command.waits_for:
        return replace(room, timeline=started, wait=None)
    stands = replace(started, playing=False, anchor=now)
    return replace(room, timeline=stands, wait=Wait(command.waits_for, now + START_WAIT_S))


def _go_on(room: Room, at: float) -> Room:
    """From where it waited; also at the end of the film, which is not its beginning."""
    return replace(room, timeline=replace(room.timeline, playing=True, anchor=at), wait=None)


def _seek(room: Room, command: Seek, now: float) -> Room:
    going = replace(room.timeline, playing=room.going)
    there = timelines.seek(going, command.position_s, now, room.duration_s)
    if not (room.going and command.waits_for):
        return replace(room, timeline=there, wait=None)
    stands = replace(there, playing=False, anchor=now)
    return replace(room, timeline=stands, wait=Wait(command.waits_for, now + WAIT_S))
