"""The asking side: which pieces are asked of which peer, and what becomes of the blocks that come.

Laws: bytes asked of a peer cover about `WINDOW_S` of its measured rate, so
that its pipe stays full and a seek is not stuck behind old requests. A peer
that is silent is asked nothing for a while; one that sends what nobody asked
for, or bad pieces twice, is dropped.
"""

from typing import Any

from app.swarm.actions import Action, DropPeer, SendFrame
from app.swarm.download import Span
from app.swarm.picker import Choose, Wants, pick
from app.swarm.rate import RateMeter, TokenBucket
from app.swarm.requests import Arrival, Asked, RequestBook
from app.swarm.share import Share
from app.swarm.wire import Cancel, Request

MIB = 1024 * 1024
WINDOW_S = 0.75
LEAST_WINDOW = MIB
MOST_WINDOW = 24 * MIB
FAST_Bps = 2 * MIB
SMALL_SPAN = 256 * 1024
URGENT_SLACK = 2 * MIB
MAX_UNWRITTEN = 16 * MIB
REST_S = 3.0
SLOW_S = 1.0
MUCH_FASTER = 4
MAX_UNASKED = 32
MAX_BAD_PIECES = 2


class Fetching:
    """Mutable, and private to `Swarm`. Times in seconds, sizes in bytes."""

    def __init__(self, shares: dict[str, Share], choose: Choose) -> None:
        self._shares = shares
        self._choose = choose
        self.book = RequestBook()
        self.bucket = TokenBucket()
        self.meters: dict[str, RateMeter] = {}
        self.focus: str | None = None
        self._resting: dict[str, float] = {}
        self._held_up_until: float | None = None
        self._unasked: dict[str, int] = {}

    def open(self, peer: str) -> None:
        """`peer` may be asked from now on."""
        self.meters[peer] = RateMeter()

    def close(self, peer: str) -> None:
        """`peer` is gone; what it owed is open again."""
        self._unask_all(peer)
        self.book.forget_peer(peer)
        for table in (self.meters, self._resting, self._unasked):
            table.pop(peer, None)

    def ask_all(self, now: float) -> list[Action]:
        """Fill everybody's window."""
        self._resting = {peer: until for peer, until in self._resting.items() if until > now}
        self._held_up_until = None
        fastest_first = sorted(self.meters, key=lambda peer: -self.meters[peer].rate(now))
        return [action for peer in fastest_first for action in self.ask(peer, now)]

    def ask(self, peer: str, now: float) -> list[Action]:
        """Fill the window of `peer`; with nothing else to ask, it takes over what much slower peers owe."""
        if now < self._resting.get(peer, now) or peer not in self.meters:
            return []
        room = self._window(peer, now) - self.book.outstanding(peer)
        if room <= 0 and not any(share.waiting for share in self._shares.values()):
            return []
        actions: list[Action] = []
        for share in self._in_order():
            wants = share.wants()
            while request := self._next_request(share, peer, wants, room, now):
                room -= request.length
                actions.append(SendFrame(peer, request))
            if room > 0 and (slow := self._owed_by_slower(share, peer, now)):
                actions += self._take_back(share, slow)
                if request := self._next_request(share, peer, wants, room, now):
                    actions.append(SendFrame(peer, request))
        return actions

    def block(
        self, peer: str, request: int, piece: int, offset: int, size: int, handle: Any, now: float
    ) -> list[Action]:
        """Film bytes from `peer`."""
        film_id = self.book.film_of(request)
        arrival = self.book.arrived(peer, request, piece, offset, size, now)
        if arrival is Arrival.OVERTAKEN:
            return []
        if arrival is Arrival.UNASKED or film_id is None:
            return self._penalise(peer)
        self.meters[peer].add(size, now)
        download = self._shares[film_id].download
        store = download.block(peer, piece, offset, size, handle) if download else None
        return [store] if store else []

    def absent(self, peer: str, request: int) -> None:
        """`peer` cannot serve that request after all."""
        film_id = self.book.film_of(request)
        asked = self.book.withdraw(request, peer)
        if asked is None or film_id is None:
            return
        share = self._shares[film_id]
        share.lacks(peer, asked.piece)
        if share.download:
            share.download.unask([asked])

    def hurry(self, share: Share, piece: int, now: float) -> list[Action]:
        """The video waits for `piece`: if it was asked for behind much else, or of a slow peer, ask again, in front."""
        far_off = [
            asked
            for asked in self.book.for_piece(share.film_id, piece)
            if (self.book.outstanding(asked.peer) > URGENT_SLACK and asked.untouched)
            or any(self._much_slower(asked, peer, now) for peer, theirs in share.maps.items() if piece in theirs)
        ]
        return self._take_back(share, far_off)

    def blame(self, share: Share, givers: set[str]) -> list[Action]:
        """A piece was wrong. Its giver, if it came from one alone, is suspect; a second one ends it, for this film."""
        actions: list[Action] = []
        for peer in givers:
            share.strikes[peer] = share.strikes.get(peer, 0) + (1 if len(givers) == 1 else 0)
            if share.strikes[peer] >= MAX_BAD_PIECES:
                actions.append(DropPeer(peer, "sent bad pieces"))
        return actions

    def withdraw_film(self, film_id: str) -> list[tuple[str, int]]:
        """Ask nothing more for that film; the (peer, request) pairs to cancel."""
        withdrawn = self.book.withdraw_film(film_id)
        download = self._shares[film_id].download
        if download:
            download.unask(withdrawn)
        return [(asked.peer, asked.request) for asked in withdrawn]

    def give_up_late(self, now: float) -> list[Action]:
        """Take back what silent peers owe, and let them rest."""
        actions: list[Action] = []
        for peer in self.book.late_peers(now):
            self._resting[peer] = now + REST_S
            actions += [SendFrame(peer, Cancel(request)) for request in self._unask_all(peer)]
        return actions

    def next_wake(self) -> float | None:
        """When a peer becomes late, has rested, or the download limit lets the next request through.

        It may be past: other events come at that moment too, and must not make us forget it.
        """
        moments = (self.book.next_deadline(), self._held_up_until, *self._resting.values())
        return min((moment for moment in moments if moment is not None), default=None)

    def rate(self, now: float) -> float:
        """Bytes a second from everyone."""
        return sum(meter.rate(now) for meter in self.meters.values())

    def givers(self, now: float) -> list[str]:
        """Who gives us bytes just now, the fastest first."""
        rates = {peer: meter.rate(now) for peer, meter in self.meters.items()}
        return sorted((peer for peer, rate in rates.items() if rate > 0), key=lambda peer: -rates[peer])

    def _take_back(self, share: Share, asked_for: list[Asked]) -> list[Action]:
        for asked in asked_for:
            self.book.withdraw(asked.request, asked.peer)
        if share.download:
            share.download.unask(asked_for)
        return [SendFrame(asked.peer, Cancel(asked.request)) for asked in asked_for]

    def _owed_by_slower(self, share: Share, peer: str, now: float) -> list[Asked]:
        if self.bucket.ready_at(now) > now:
            return []
        theirs = share.maps.get(peer, ())
        slow = (asked for asked in self.book.for_film(share.film_id) if self._much_slower(asked, peer, now))
        return [asked for asked in slow if asked.piece in theirs][-1:]

    def _much_slower(self, asked: Asked, peer: str, now: float) -> bool:
        """Whether `peer` should give what was asked: only where the gain is plain, for blocks under way are wasted."""
        if asked.peer == peer or now < asked.since + SLOW_S or now < self._resting.get(peer, now):
            return False
        its_rate = self.meters[asked.peer].rate(now)
        to_come_s = self.book.outstanding(asked.peer) / max(its_rate, 1.0)
        return to_come_s > SLOW_S and self.meters[peer].rate(now) > MUCH_FASTER * its_rate

    def _in_order(self) -> list[Share]:
        wanted = [share for share in self._shares.values() if share.fetching]
        return sorted(wanted, key=lambda share: share.film_id != self.focus)

    def _next_request(self, share: Share, peer: str, wants: Wants, room: int, now: float) -> Request | None:
        theirs = share.maps.get(peer)
        if theirs is None or share.download is None:
            return None
        piece = self._pick(share, theirs.bits & share.download.open_pieces, wants)
        if piece is None:
            return None
        urgent = piece in wants.urgent
        if room <= (-URGENT_SLACK if urgent else 0) or (share.download.unwritten >= MAX_UNWRITTEN and not urgent):
            return None
        if (ready_at := self.bucket.ready_at(now)) > now:
            self._held_up_until = ready_at
            return None
        span = share.download.begin(piece, self._span_bytes(share, peer, now))
        self.bucket.try_take(span.length, now)
        return self._request(share, peer, span, urgent, now)

    def _request(self, share: Share, peer: str, span: Span, urgent: bool, now: float) -> Request:
        asked = self.book.add(peer, share.film_id, span.piece, span.offset, span.length, now)
        return Request(share.film_id, asked.request, span.piece, span.offset, span.length, urgent)

    def _pick(self, share: Share, candidates: int, wants: Wants) -> int | None:
        waited_for = next((piece for piece in wants.urgent if candidates >> piece & 1), None)
        if waited_for is not None or share.download is None:
            return waited_for
        return pick(candidates & share.download.started or candidates, share.count, wants, share.rarity, self._choose)

    def _window(self, peer: str, now: float) -> int:
        window = min(max(int(self.meters[peer].rate(now) * WINDOW_S), LEAST_WINDOW), MOST_WINDOW)
        limit = self.bucket.limit
        return window if limit is None else min(window, max(int(limit * WINDOW_S), SMALL_SPAN))

    def _span_bytes(self, share: Share, peer: str, now: float) -> int:
        slow = self.bucket.limit is not None and self.bucket.limit < FAST_Bps
        fast = not slow and self.meters[peer].rate(now) >= FAST_Bps
        return share.facts.piece_size if fast else SMALL_SPAN

    def _unask_all(self, peer: str) -> list[int]:
        withdrawn = self.book.withdraw_all(peer)
        for asked in withdrawn:
            download = self._shares[asked.film_id].download
            if download:
                download.unask([asked])
        return [asked.request for asked in withdrawn]

    def _penalise(self, peer: str) -> list[Action]:
        self._unasked[peer] = self._unasked.get(peer, 0) + 1
        return [DropPeer(peer, "sent blocks nobody asked for")] if self._unasked[peer] > MAX_UNASKED else []
