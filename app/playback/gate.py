"""Who has enough of the film to watch on, and whether the others wait for who has not.

Laws: what decides is measured: the seconds held ahead of the playhead, and the rate at which more comes. Who holds a
quarter of the film is always ready, unless its screen has nothing more to show. Every wait ends, at a moment that is
known when it begins; a member whom the room has waited for too often, or in vain, catches up alone. Who comes late is
not waited for until it has caught up once. However many take turns to run dry, or come back under another name, the
room plays most of the time.
Times are room time in seconds.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAST_S = 3.0
HORIZON_S = 60.0
FLOOR_SHARE = 0.25
DRY_S = 0.25

START_WAIT_S = 60.0
WAIT_S = 10.0
MOST_WAITS = 3
MOST_HOLDS = 12
WITHIN_S = 600.0


class Buffer(StrEnum):
    """How well a member could watch from where the room is."""

    DRY = "dry"
    FILLING = "filling"
    READY = "ready"


class WaitFor(StrEnum):
    """Whom the room waits for."""

    EVERYONE = "everyone"
    MAJORITY = "majority"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Wait:
    """The room stands until these members are ready, and then plays on; `until` then in any case."""

    members: tuple[str, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Watcher:
    """What a member last said of its buffer, having seen the room at revision `seen`; `whole`: it holds every byte."""

    buffer: Buffer
    seen: int
    whole: bool = False


def need_s(film_Bps: float, rate_Bps: float, left_s: float) -> float:
    """Seconds to hold before one watches on: as many as the film would starve for within the next minute.

    `film_Bps` is what the film uses up, `rate_Bps` what comes in, `left_s` how long the film still runs.
    """
    kept_up = min(rate_Bps / film_Bps, 1.0) if film_Bps > 0 else 1.0
    starved = (1.0 - kept_up) * min(HORIZON_S, left_s)
    return min(max(LEAST_S, starved), max(left_s, 0.0))


def buffer_of(ahead_s: float | None, needed_s: float, share: float, starving: bool) -> Buffer:
    """How it stands with `ahead_s` held ahead (None: who knows) and `share` of the film; `starving`: the screen stands
    for want of it, or is about to."""
    if starving:
        return Buffer.DRY
    if share >= FLOOR_SHARE or (ahead_s is not None and ahead_s >= needed_s):
        return Buffer.READY
    return Buffer.DRY if ahead_s is not None and ahead_s < DRY_S else Buffer.FILLING


def goes(policy: WaitFor, watching: int, lacking: int) -> bool:
    """Whether a room of so many watchers, so many of them not ready, goes ahead."""
    if policy is WaitFor.NOBODY or not lacking:
        return True
    return policy is WaitFor.MAJORITY and 2 * lacking < watching


class Gate:
    """Who is ready, of the members that are here and watch. Mutable, and private to the server's room."""

    def __init__(self) -> None:
        self._kept_up: set[str] = set()
        self._waits: dict[str, deque[float]] = {}
        self._holds: deque[float] = deque(maxlen=MOST_HOLDS)

    def heard(self, member: str, watcher: Watcher, moved: int) -> None:
        """A member reported, the room having gone elsewhere at revision `moved` for the last time."""
        if is_ready(watcher, moved):
            self._kept_up.add(member)

    def forget(self, member: str) -> None:
        """The member has gone for good."""
        self._kept_up.discard(member)
        self._waits.pop(member, None)

    def elsewhere(self) -> None:
        """Another film is on: everybody begins anew."""
        self._kept_up.clear()

    def lacking(self, watchers: Mapping[str, Watcher], moved: int) -> tuple[str, ...]:
        """Those who are not ready."""
        return tuple(member for member, watcher in watchers.items() if not is_ready(watcher, moved))

    def caught_up(self, member: str) -> bool:
        """Whether the member has been ready since the film came on, and since the room last waited in vain for it."""
        return member in self._kept_up

    def stalled(self, watchers: Mapping[str, Watcher], moved: int, policy: WaitFor, now: float) -> tuple[str, ...]:
        """Those for whom a room that plays should stop now. It counts as having waited for them."""
        dry = [
            member
            for member, watcher in watchers.items()
            if watcher.seen >= moved and self._is_owed(member, watcher, now)
        ]
        if goes(policy, len(watchers), len(dry)) or not _is_due(self._holds, MOST_HOLDS, now):
            return ()
        self._holds.append(now)
        for member in dry:
            self._waits.setdefault(member, deque(maxlen=MOST_WAITS)).append(now)
        return tuple(dry)

    def in_vain(self, members: tuple[str, ...]) -> None:
        """The room goes on without these: they catch up alone, and are waited for no more until they have."""
        self._kept_up.difference_update(members)

    def _is_owed(self, member: str, watcher: Watcher, now: float) -> bool:
        if watcher.whole or watcher.buffer is not Buffer.DRY or member not in self._kept_up:
            return False
        return _is_due(self._waits.get(member, deque()), MOST_WAITS, now)


def _is_due(waits: deque[float], most: int, now: float) -> bool:
    """Whether another wait is due after those, the last `most` of which are kept."""
    return len(waits) < most or waits[0] <= now - WITHIN_S


def is_ready(watcher: Watcher, moved: int) -> bool:
    """Whether a member can watch from where the room went at revision `moved`; who has not seen that cannot tell."""
    return watcher.whole or (watcher.seen >= moved and watcher.buffer is Buffer.READY)
