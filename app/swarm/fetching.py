"""The asking side: which pieces are asked of which peer, and what becomes of the blocks that come.

Laws: `Pace` says how much is asked of a peer. Of one that rations, only what it
grants is asked, and what a video waits for and nobody else has. A peer that
sends what nobody asked for, or bad pieces twice, is dropped.
"""

from typing import Any

from app.swarm.actions import Action, DropPeer, SendFrame
from app.swarm.download import Span
from app.swarm.manifest import MIB
from app.swarm.pace import MOST_WINDOW, Pace
from app.swarm.picker import Choose, Wants, pick
from app.swarm.requests import Arrival, Asked, RequestBook
from app.swarm.share import Share
from app.swarm.wire import Cancel, Request

URGENT_SLACK = MIB
MAX_UNWRITTEN = 16 * MIB
MAX_UNASKED = 32
MAX_BAD_PIECES = 2
# What is no longer than that goes before every film: subtitles, mostly.
TINY_PIECES = 2


class Fetching:
    """Mutable, and private to `Swarm`. Times in seconds, sizes in bytes."""

    def __init__(self, shares: dict[str, Share], choose: Choose) -> None:
        self._shares = shares
        self._choose = choose
        self.book = RequestBook()
        self.pace = Pace(self.book)
        self.focus: str | None = None
        self.paused = False
        self._held_up_until: float | None = None
        self._unasked: dict[str, int] = {}

    def open(self, peer: str) -> None:
        """`peer` may be asked from now on."""
        self.pace.open(peer)

    def close(self, peer: str) -> None:
        """`peer` is gone; what it owed is open again."""
        self._unask_all(peer)
        self.book.forget_peer(peer)
        self.pace.close(peer)
        self._unasked.pop(peer, None)

    def ask_all(self, now: float) -> list[Action]:
        """Fill everybody's window."""
        self.pace.wake_rested(now)
        self._held_up_until = None
        for share in self._shares.values():
            share.rations.expire(now)
        return [action for peer in self.pace.fastest_first(now) for action in self.ask(peer, now)]

    def ask(self, peer: str, now: float) -> list[Action]:
        """Fill the window of `peer`; with nothing else to ask, it takes over what much slower peers owe."""
        if self.paused or self.pace.is_resting(peer, now):
            return []
        room = self.pace.room(peer, now)
        if room <= 0 and not any(share.waiting or share.rations for share in self._shares.values()):
            return []
        actions: list[Action] = []
        for share in self._in_order():
            wants = share.wants()
            while request := self._next_request(share, peer, wants, room, now):
                room -= request.length
                actions.append(SendFrame(peer, request))
            while room > 0 and (slow := self._owed_by_slower(share, peer, now)):
                actions += self._take_back(share, slow)
                if request := self._next_request(share, peer, wants, room, now):
                    room -= request.length
                    actions.append(SendFrame(peer, request))
        return actions

    def block(
        self, peer: str, request: int, piece: int, offset: int, size: int, handle: Any, now: float
    ) -> list[Action]:
        """Film bytes from `peer`."""
        asked = self.book.in_flight(request)
        first = asked is not None and asked.untouched
        arrival = self.book.arrived(peer, request, piece, offset, size, now)
        if arrival is Arrival.OVERTAKEN:
            return []
        if arrival is Arrival.UNASKED or asked is None:
            return self._penalise(peer)
        if first:
            self.pace.answered(asked, now)
        self.pace.got(peer, size, now, asked.since)
        share = self._shares[asked.film_id]
        share.received[peer] += size
        share.givers[peer] = None
        store = share.download.block(peer, piece, offset, size, handle) if share.download else None
        return [store] if store else []

    def absent(self, peer: str, request: int) -> None:
        """`peer` cannot serve that request after all."""
        asked = self.book.withdraw(request, peer)
        if asked is None:
            return
        share = self._shares[asked.film_id]
        share.lacks(peer, asked.piece)
        if share.download:
            share.download.unask([asked])

    def choked(self, peer: str, on: bool) -> None:
        """`peer` gives nothing from now on, and what it owes is open again; or it gives again."""
        self.pace.choke(peer, on)
        if on:
            self._unask_all(peer)

    def doubt(self, peer: str, on: bool) -> list[Action]:
        """Nothing gets through from `peer`, so what it owes is asked of others; or it does again."""
        self.pace.doubt(peer, on)
        return [SendFrame(peer, Cancel(request)) for request in self._unask_all(peer)] if on else []

    def pause(self, on: bool) -> list[Action]:
        """Our own person wants nothing more for now, or wants it again."""
        self.paused = on
        owing = self.book.peers() if on else []
        return [SendFrame(peer, Cancel(request)) for peer in owing for request in self._unask_all(peer)]

    def hurry(self, share: Share, piece: int, now: float) -> list[Action]:
        """The video waits for `piece`: if it was asked for behind much else, or of a slow peer, ask again, in front."""
        far_off = [
            asked
            for asked in self.book.for_piece(share.film_id, piece)
            if (asked.untouched and self.book.before(asked) > URGENT_SLACK)
            or any(self.pace.much_slower(asked, peer, now) for peer, theirs in share.maps.items() if piece in theirs)
        ]
        return self._take_back(share, far_off)

    def had_elsewhere(self, share: Share, peer: str, piece: int, now: float) -> list[Action]:
        """`peer` has `piece` now: no need to wait for one who rations and has not begun to give it."""
        if not share.rations or share.rations.granted(peer, now) is not None:
            return []
        asked = self.book.for_piece(share.film_id, piece)
        return self._take_back(share, [each for each in asked if each.untouched and self._is_favour(share, each, now)])

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
            self.pace.rest(peer, now)
            actions += [SendFrame(peer, Cancel(request)) for request in self._unask_all(peer)]
        return actions

    def next_wake(self) -> float | None:
        """When a peer becomes late, has rested, or the download limit lets the next request through.

        It may be past: other events come at that moment too, and must not make us forget it.
        """
        rations = (share.rations.next_wake() for share in self._shares.values() if share.rations)
        moments = (self.book.next_deadline(), self._held_up_until, self.pace.next_wake(), *rations)
        return min((moment for moment in moments if moment is not None), default=None)

    def _take_back(self, share: Share, asked_for: list[Asked]) -> list[Action]:
        for asked in asked_for:
            self.book.withdraw(asked.request, asked.peer)
        if share.download:
            share.download.unask(asked_for)
        return [SendFrame(asked.peer, Cancel(asked.request)) for asked in asked_for]

    def _owed_by_slower(self, share: Share, peer: str, now: float) -> list[Asked]:
        if self.pace.bucket.ready_at(now) > now or share.rations.granted(peer, now) is not None:
            return []
        theirs = share.maps.get(peer, ())
        slow = (asked for asked in self.book.for_film(share.film_id) if self.pace.much_slower(asked, peer, now))
        return [asked for asked in slow if asked.piece in theirs][-1:]

    def _in_order(self) -> list[Share]:
        wanted = [share for share in self._shares.values() if share.fetching]
        return sorted(wanted, key=lambda share: (share.count > TINY_PIECES, share.film_id != self.focus))

    def _next_request(self, share: Share, peer: str, wants: Wants, room: int, now: float) -> Request | None:
        theirs = share.maps.get(peer)
        if theirs is None or share.download is None:
            return None
        granted = share.rations.granted(peer, now)
        allowed = theirs.bits if granted is None else granted | self._nobody_elses(share, wants.urgent, now)
        piece = self._pick(share, theirs.bits & allowed & share.download.open_pieces, wants)
        if piece is None:
            return None
        urgent = piece in wants.urgent
        is_granted = granted is not None and bool(granted >> piece & 1)
        if room <= (-MOST_WINDOW if is_granted else -URGENT_SLACK if urgent else 0):
            return None
        if share.download.unwritten >= MAX_UNWRITTEN and not urgent:
            return None
        if (ready_at := self.pace.bucket.ready_at(now)) > now:
            self._held_up_until = ready_at
            return None
        whole = share.facts.piece_size
        span = share.download.begin(piece, whole if is_granted else self.pace.span_bytes(peer, now))
        self.pace.bucket.try_take(span.length, now)
        return self._request(share, peer, span, urgent, now)

    @staticmethod
    def _is_favour(share: Share, asked: Asked, now: float) -> bool:
        """Whether it was asked of one who rations and has not granted it."""
        granted = share.rations.granted(asked.peer, now)
        return granted is not None and not granted >> asked.piece & 1

    @staticmethod
    def _nobody_elses(share: Share, pieces: tuple[int, ...], now: float) -> int:
        """Those of `pieces`, as bits, that only peers hold who ration."""
        free = [theirs for peer, theirs in share.maps.items() if share.rations.granted(peer, now) is None]
        return sum(1 << piece for piece in pieces if not any(piece in theirs for theirs in free))

    def _request(self, share: Share, peer: str, span: Span, urgent: bool, now: float) -> Request:
        asked = self.book.add(peer, share.film_id, span.piece, span.offset, span.length, now, urgent)
        return Request(share.film_id, asked.request, span.piece, span.offset, span.length, urgent)

    def _pick(self, share: Share, candidates: int, wants: Wants) -> int | None:
        waited_for = next((piece for piece in wants.urgent if candidates >> piece & 1), None)
        if waited_for is not None or share.download is None:
            return waited_for
        return pick(candidates & share.download.started or candidates, wants, share.rarity, self._choose)

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
