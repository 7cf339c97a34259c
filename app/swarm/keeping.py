"""Keeping what comes: what the store says of pieces and films, and what becomes of a source that fails.

Laws: a piece is held when it is verified and written, and only then told, served or shown. What is held is never asked
for again. A store that fails stops the asking of that film, and nothing else. A film that was removed is not held, and
not asked for until it is allowed again.
"""

from collections.abc import Callable

from app.swarm.actions import Action, KeepManifest, OpenStore, SendFrame
from app.swarm.fetching import Fetching
from app.swarm.gossip import Gossip, kept
from app.swarm.media import answer
from app.swarm.serving import Serving
from app.swarm.share import Bar, Share
from app.swarm.wire import Cancel


class Keeping:
    """Mutable, and private to `Swarm`, whose `act` says what is wanted next. Times in seconds."""

    def __init__(
        self,
        shares: dict[str, Share],
        gossip: Gossip,
        fetching: Fetching,
        serving: Serving,
        act: Callable[[float], list[Action]],
    ) -> None:
        self._shares = shares
        self._gossip = gossip
        self._fetching = fetching
        self._serving = serving
        self._act = act

    def store_opened(self, film_id: str, manifest: bytes | None, bitfield: bytes, now: float) -> list[Action]:
        """The browser's store has told what it holds; what does not fit the film is passed over."""
        share = self._shares.get(film_id)
        if share is None or share.store_open:
            return []
        share.store_open = True
        found = kept(share, manifest, bitfield)
        if share.is_source:
            return self._act(now)
        if found is None:  # nothing is kept without its manifest, and it may have had no room before
            keep = [KeepManifest(film_id, share.manifest.encode())] if share.manifest else []
            return [*keep, *self._act(now)]
        share.held.bits = found[1].bits
        return [*self._gossip.adopt(share, found[0]), *answer_all(share), *self._act(now)]

    def piece_stored(self, film_id: str, piece: int, now: float) -> list[Action]:
        """A piece is verified and written: hold it, tell everyone, answer the video."""
        share = self._shares.get(film_id)
        if share is None or share.download is None or share.bar is Bar.REMOVED:
            return []
        share.download.settled(piece)
        share.held.add(piece)
        return [*self._gossip.have(share, piece), *answer_piece(share, piece), *self._act(now)]

    def piece_rejected(self, film_id: str, piece: int, now: float) -> list[Action]:
        """A piece was not what the manifest says: ask again, and remember who gave it."""
        share = self._shares.get(film_id)
        if share is None or share.download is None:
            return []
        return [*self._fetching.blame(share, share.download.rejected(piece)), *self._act(now)]

    def piece_lost(self, film_id: str, piece: int, now: float) -> list[Action]:
        """A piece that was held cannot be read any more: hold it no longer, say so, fetch it again."""
        share = self._shares.get(film_id)
        if share is None or piece not in share.held or share.is_source:
            return []
        share.held.discard(piece)
        return [*self._gossip.announce(share), *self._act(now)]

    def store_failed(self, film_id: str, piece: int | None) -> list[Action]:
        """Nothing can be kept: stop fetching this film; what is held stays."""
        share = self._shares.get(film_id)
        if share is None:
            return []
        share.store_failed = True
        if piece is not None and share.download is not None:
            share.download.settled(piece)
        return self.withdraw(film_id)

    def open_store(self, film_id: str) -> list[Action]:
        """There may be room again: look into the store, and go on fetching."""
        share = self._shares[film_id]
        share.store_failed = share.store_open = False
        return [OpenStore(film_id, share.count)]

    def bar(self, film_id: str, why: Bar) -> list[Action]:
        """Ask for none of it, until it is allowed; what is held stays."""
        self._shares[film_id].bar = why
        return self.withdraw(film_id)

    def allow(self, film_id: str, now: float) -> list[Action]:
        """Nothing is in its way any more."""
        self._shares[film_id].bar = None
        return self._act(now)

    def remove(self, film_id: str, now: float) -> list[Action]:
        """Its person wants it here no longer: nothing of it is held, everyone hears so, and none of it is asked for."""
        share = self._shares[film_id]
        barred = self.bar(film_id, Bar.REMOVED)
        share.held.bits = 0
        unserved = self._serving.drop_film(film_id)
        if share.manifest is None:
            return [*barred, *unserved]
        share.adopt(share.manifest)  # what was on its way is not waited for
        return [*barred, *unserved, *self._gossip.announce(share), *self._act(now)]

    def store_lost(self, film_id: str, now: float) -> list[Action]:
        """The store was cleared: nothing of the film is held, and we say so, until it tells what it holds now."""
        share = self._shares[film_id]
        if share.is_source or share.manifest is None:
            return []
        share.held.bits = 0
        cancelled = self.withdraw(film_id)
        keep = KeepManifest(film_id, share.manifest.encode())
        return [*cancelled, *self._gossip.announce(share), keep, *self.open_store(film_id), *self._act(now)]

    def lose_source(self, film_id: str, now: float) -> list[Action]:
        """Our file cannot be read any more: we hold only what the store may have, and say so."""
        share = self._shares.get(film_id)
        if share is None or share.manifest is None or not share.is_source:
            return []
        share.is_source = share.store_open = False
        share.held.bits = 0
        unserved = self._serving.drop_film(film_id)
        keep = KeepManifest(film_id, share.manifest.encode())
        return [*unserved, *self._gossip.announce(share), keep, OpenStore(film_id, share.count), *self._act(now)]

    def withdraw(self, film_id: str) -> list[Action]:
        """Take back whatever was asked of a film."""
        return [SendFrame(peer, Cancel(request)) for peer, request in self._fetching.withdraw_film(film_id)]


def answer_piece(share: Share, piece: int) -> list[Action]:
    """What the video waits for of a piece that is here now."""
    return [answer(wanted, share.facts) for wanted in share.waiting.take(piece, share.facts.piece_size)]


def answer_all(share: Share) -> list[Action]:
    """What the video waits for of all that is here."""
    return [action for piece in share.held for action in answer_piece(share, piece)]
