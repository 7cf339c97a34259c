"""What a room needs from outside, and how long things are waited for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.room.bounds import USUAL_MEMBERS
from signalling.metrics import Metrics
from signalling.recommendations import Recommendations
from signalling.store.base import Store
from signalling.timers import Schedule
from signalling.turn import NO_TURN, TurnServers


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things are waited for, in seconds."""

    away_s: float = 30.0
    host_away_s: float = 120.0
    empty_room_s: float = 2 * 3600.0
    longest_room_s: float = 24 * 3600.0
    tombstone_s: float = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class World:
    """What a room needs from outside. `ice` are the STUN servers its members are told of; `most_members` is how many a
    new room takes."""

    store: Store
    now: Callable[[], float]
    schedule: Schedule
    lifetimes: Lifetimes = Lifetimes()
    ice: tuple[str, ...] = ()
    most_members: int = USUAL_MEMBERS
    turn: TurnServers = NO_TURN
    metrics: Metrics = field(default_factory=Metrics)
    recommendations: Recommendations = field(default_factory=Recommendations)
