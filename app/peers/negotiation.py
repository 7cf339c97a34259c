"""How one connection between two browsers comes to be: perfect negotiation as a table.

One side is polite and gives way when both offer at once
(W3C WebRTC 1.0, section 10.7, "Perfect negotiation example"). The state is
what we asked of the browser, not what it has done: the browser runs our
requests in order, so the table need not wait.
"""

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class OpenPeer:
    """Make a connection to `peer`; `initiate` opens the negotiation from this side."""

    peer: str
    initiate: bool


@dataclass(frozen=True, slots=True)
class ClosePeer:
    """Close the connection to `peer`; nothing more is heard of it."""

    peer: str


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Set a local offer; answered by `DescriptionMade` or `DescriptionFailed`."""

    peer: str


@dataclass(frozen=True, slots=True)
class ApplyDescription:
    """Set the far side's description (an offer is answered at once, rolling back ours if need be)."""

    peer: str
    kind: str
    sdp: str


@dataclass(frozen=True, slots=True)
class AddCandidate:
    """Try a way to reach `peer`, as JSON text."""

    peer: str
    candidate: str


@dataclass(frozen=True, slots=True)
class RestartIce:
    """Let the next offer to `peer` look for a new way, under the channels that are open."""

    peer: str


class State(Enum):
    """What has been asked of the browser last."""

    STABLE = auto()
    OFFERING = auto()
    OFFERED = auto()
    ANSWERING = auto()
    ACCEPTING = auto()


class Step(Enum):
    """What can happen to a negotiation."""

    NEEDED = auto()
    OFFER_MADE = auto()
    ANSWER_MADE = auto()
    ANSWER_TAKEN = auto()
    OFFER_CAME = auto()
    ANSWER_CAME = auto()
    FAILED = auto()
    RESTART = auto()


class Do(Enum):
    """What to do about it."""

    MAKE_OFFER = auto()
    SEND = auto()
    APPLY = auto()
    IGNORE = auto()
    YIELD = auto()


_TABLE: dict[tuple[State, Step], tuple[State, Do]] = {
    (State.STABLE, Step.NEEDED): (State.OFFERING, Do.MAKE_OFFER),
    (State.STABLE, Step.OFFER_CAME): (State.ANSWERING, Do.APPLY),
    (State.STABLE, Step.ANSWER_CAME): (State.STABLE, Do.IGNORE),
    (State.STABLE, Step.RESTART): (State.OFFERING, Do.MAKE_OFFER),
    (State.OFFERING, Step.NEEDED): (State.OFFERING, Do.IGNORE),
    (State.OFFERING, Step.OFFER_MADE): (State.OFFERED, Do.SEND),
    (State.OFFERING, Step.OFFER_CAME): (State.ANSWERING, Do.YIELD),
    (State.OFFERING, Step.ANSWER_CAME): (State.OFFERING, Do.IGNORE),
    (State.OFFERING, Step.RESTART): (State.OFFERING, Do.IGNORE),
    (State.OFFERED, Step.NEEDED): (State.OFFERED, Do.IGNORE),
    (State.OFFERED, Step.OFFER_CAME): (State.ANSWERING, Do.YIELD),
    (State.OFFERED, Step.ANSWER_CAME): (State.ACCEPTING, Do.APPLY),
    (State.OFFERED, Step.RESTART): (State.OFFERING, Do.MAKE_OFFER),
    (State.ANSWERING, Step.NEEDED): (State.ANSWERING, Do.IGNORE),
    (State.ANSWERING, Step.OFFER_MADE): (State.ANSWERING, Do.IGNORE),
    (State.ANSWERING, Step.ANSWER_MADE): (State.STABLE, Do.SEND),
    (State.ANSWERING, Step.OFFER_CAME): (State.ANSWERING, Do.APPLY),
    (State.ANSWERING, Step.ANSWER_CAME): (State.ANSWERING, Do.IGNORE),
    (State.ANSWERING, Step.RESTART): (State.ANSWERING, Do.IGNORE),
    (State.ACCEPTING, Step.NEEDED): (State.ACCEPTING, Do.IGNORE),
    (State.ACCEPTING, Step.ANSWER_TAKEN): (State.STABLE, Do.IGNORE),
    (State.ACCEPTING, Step.OFFER_CAME): (State.ANSWERING, Do.APPLY),
    (State.ACCEPTING, Step.ANSWER_CAME): (State.ACCEPTING, Do.IGNORE),
    (State.ACCEPTING, Step.RESTART): (State.ACCEPTING, Do.IGNORE),
} | {(state, Step.FAILED): (State.STABLE, Do.IGNORE) for state in State}

# Reports of the browser about a request that something newer has overtaken.
_LATE = frozenset({Step.OFFER_MADE, Step.ANSWER_MADE, Step.ANSWER_TAKEN})


class Negotiation:
    """Offers and answers with one peer."""

    __slots__ = ("ignoring", "polite", "state")

    def __init__(self, polite: bool) -> None:
        self.polite = polite
        self.state = State.STABLE
        self.ignoring = False

    def step(self, step: Step) -> Do:
        """What to do about `step`. Raises KeyError for what cannot happen."""
        if step in _LATE and (self.state, step) not in _TABLE:
            return Do.IGNORE
        state, do = _TABLE[self.state, step]
        if do is Do.YIELD:
            self.ignoring = not self.polite
            if self.ignoring:
                return Do.IGNORE
            do = Do.APPLY
        elif step in (Step.OFFER_CAME, Step.ANSWER_CAME):
            self.ignoring = False
        self.state = state
        return do
