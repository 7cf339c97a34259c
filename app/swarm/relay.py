"""The giving side of relaying: whoever holds the whole film gives each piece to one viewer, who passes it on.

So the film leaves the source about once, however many watch (Li, Chou, Zhang, "Mutualcast", 2005). Laws: a piece that
no viewer holds is granted to the viewer with the fewest that it has not passed on, from the playhead on in the film's
order; a viewer that does not come for it is passed over for a while. What is asked for that another viewer is about to
pass on waits a moment. With one viewer, or once every piece is out, everybody asks for what they like.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from app.swarm.actions import Action, SendFrame
from app.swarm.picker import Choose
from app.swarm.piece_map import each_bit
from app.swarm.share import Share
from app.swarm.uploads import Uploads
from app.swarm.wire import Grant, Ration, Request

PIPE_S = 0.75
LEAST_GRANTS = 3
NO_SHOW_S = 5.0
PASS_ON_S = 2.0
TELL_EVERY_S = 3.0
PASS_ON_PIECES = 3
MOST_PASS_ON_S = 10.0
AMONG = 8


@dataclass(slots=True)
class _Given:
    """A first copy: to whom, since when, and when there was last a sign of it."""

    peer: str
    since: float
    sign: float


@dataclass(slots=True)
class _Plan:
    """One film's first copies that only one viewer has or is about to have; `turns` says who was served last."""

    given: dict[int, _Given] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    passed_over: dict[str, float] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)


class Relay:
    """Mutable, and private to `Serving`. Times in seconds."""

    def __init__(self, shares: dict[str, Share], uploads: Uploads, choose: Choose) -> None:
        self._choose = choose
        self._shares = shares
        self._uploads = uploads
        self._plans: dict[str, _Plan] = {}
        self._deferred: list[tuple[float, str, Request]] = []

    def act(self, now: float) -> list[Action]:
        """Grant what can be granted."""
        for film_id in [film_id for film_id in self._plans if film_id not in self._shares]:
            del self._plans[film_id]
        return [action for share in self._shares.values() for action in self._act(share, now)]

    def defers(self, peer: str, asked: Request, now: float) -> bool:
        """Whether a request waits because another viewer is about to have the piece; `due` gives it back."""
        plan = self._plans.get(asked.film_id)
        if plan is None:
            return False
        given = plan.given.setdefault(asked.piece, _Given(peer, now, now))
        if given.peer == peer:
            given.sign = now
            return False
        due = given.since + self._pass_on_s(self._shares[asked.film_id], now)
        if now < due:
            self._deferred.append((due, peer, asked))
        return now < due

    def due(self, now: float) -> list[tuple[str, Request]]:
        """Requests that have waited long enough."""
        found = [each for each in self._deferred if now >= each[0] or each[2].film_id not in self._plans]
        self._deferred = [each for each in self._deferred if each not in found]
        return [(peer, asked) for _, peer, asked in found]

    def cancel(self, peer: str, request: int) -> None:
        """A request is not wanted any more."""
        self._deferred = [each for each in self._deferred if (each[1], each[2].request) != (peer, request)]

    def close(self, peer: str) -> None:
        """`peer` is gone, and what only it had is to be given anew."""
        self._deferred = [each for each in self._deferred if each[1] != peer]
        for plan in self._plans.values():
            plan.told.pop(peer, None)
            plan.given = {piece: given for piece, given in plan.given.items() if given.peer != peer}

    def forget(self) -> None:
        """Begin anew: what was granted is void."""
        self._plans.clear()
        self._deferred.clear()

    def next_wake(self) -> float | None:
        """When a request has waited long enough, a viewer has not come, or may be tried again. It may be past."""
        moments = [due for due, _, _ in self._deferred]
        for film_id, plan in self._plans.items():
            moments += plan.passed_over.values()
            moments += (told + TELL_EVERY_S for told in plan.told.values())
            moments += (each.sign + NO_SHOW_S for each in self._under_way(self._shares[film_id], plan).values())
        return min(moments, default=None)

    # --- one film

    def _act(self, share: Share, now: float) -> list[Action]:
        viewers = [peer for peer, theirs in share.maps.items() if not theirs.complete] if share.held.complete else []
        seen = 0
        for peer in viewers:
            seen |= share.maps[peer].bits
        fresh = share.held.bits & ~seen
        if len(viewers) < 2 or not fresh:
            return self._stop(share)
        plan = self._plans.setdefault(share.film_id, _Plan())
        self._look(share, plan, now)
        return [*self._tell(share, plan, viewers, now), *self._grant(share, plan, viewers, fresh, now)]

    def _stop(self, share: Share) -> list[Action]:
        plan = self._plans.pop(share.film_id, None)
        return [SendFrame(peer, Ration(share.film_id, False)) for peer in plan.told] if plan else []

    def _tell(self, share: Share, plan: _Plan, viewers: Iterable[str], now: float) -> list[Action]:
        due = [peer for peer in viewers if now >= plan.told.get(peer, now - TELL_EVERY_S) + TELL_EVERY_S]
        plan.told = {peer: plan.told.get(peer, now) for peer in viewers} | dict.fromkeys(due, now)
        return [SendFrame(peer, Ration(share.film_id, True)) for peer in due]

    def _look(self, share: Share, plan: _Plan, now: float) -> None:
        """What became of the first copies: passed on, on the way, or never fetched."""
        plan.passed_over = {peer: until for peer, until in plan.passed_over.items() if until > now}
        plan.given = {piece: each for piece, each in plan.given.items() if not self._is_out(share, piece, each.peer)}
        for piece, each in self._under_way(share, plan).items():
            if self._uploads.owes(each.peer, share.film_id, piece):
                each.sign = now
            elif now >= each.sign + NO_SHOW_S:
                del plan.given[piece]
                plan.passed_over[each.peer] = now + NO_SHOW_S

    @staticmethod
    def _is_out(share: Share, piece: int, giver: str) -> bool:
        return any(piece in theirs for peer, theirs in share.maps.items() if peer != giver and not theirs.complete)

    @staticmethod
    def _under_way(share: Share, plan: _Plan) -> dict[int, _Given]:
        return {piece: each for piece, each in plan.given.items() if piece not in share.maps.get(each.peer, ())}

    def _grant(self, share: Share, plan: _Plan, viewers: list[str], fresh: int, now: float) -> list[Action]:
        under_way = self._under_way(share, plan)
        for piece in under_way:
            fresh &= ~(1 << piece)
        able = [peer for peer in viewers if peer not in plan.passed_over]
        left = self._pipe(share, now) - len(under_way)
        actions: list[Action] = []
        while able and fresh and left > 0:
            peer = self._least_behind(plan, able)
            piece = self._next(share, fresh)
            fresh &= ~(1 << piece)
            left -= 1
            plan.given[piece] = _Given(peer, now, now)
            plan.turns[peer] = max(plan.turns.values(), default=0) + 1
            actions.append(SendFrame(peer, Grant(share.film_id, piece)))
        return actions

    @staticmethod
    def _least_behind(plan: _Plan, able: list[str]) -> str:
        backlog = dict.fromkeys(able, 0)
        for each in plan.given.values():
            if each.peer in backlog:
                backlog[each.peer] += 1
        return min(able, key=lambda peer: (backlog[peer], plan.turns.get(peer, 0)))

    def _pipe(self, share: Share, now: float) -> int:
        """How many pieces to have granted and not given: enough that the uplink never waits for a request."""
        return max(LEAST_GRANTS, int(self._uploads.rate(now) * PIPE_S / share.facts.piece_size) + 1)

    def _pass_on_s(self, share: Share, now: float) -> float:
        """How long it takes until a piece that was granted can be had of the one who got it."""
        rate = self._uploads.rate(now)
        took_s = PASS_ON_PIECES * share.facts.piece_size / rate if rate else PASS_ON_S
        return min(max(PASS_ON_S, took_s), MOST_PASS_ON_S)

    def _next(self, share: Share, fresh: int) -> int:
        """The index of the container, then from the playhead on, then from the beginning.

        Two sources that know nothing of each other's grants keep out of each other's way by chance.
        """
        from_playhead = fresh >> share.playhead << share.playhead
        in_order = each_bit(fresh & share.index or from_playhead or fresh)
        alone = not any(theirs.complete for theirs in share.maps.values())
        return self._choose(list(islice(in_order, 1 if alone else AMONG)))
