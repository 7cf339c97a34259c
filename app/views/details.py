"""The details: how the film's bytes run between us, in sum and to everybody."""

from app.session.picture import Peer, Picture, Way
from app.views import figures
from app.views.paper import Paper
from app.views.words import Words, held_share

_UNKNOWN = "–"
_CONNECTED = frozenset({Way.DIRECT, Way.RELAYED})


def draw(paper: Paper, words: Words, picture: Picture) -> None:
    """Show the sums, and a line for everybody else."""
    _draw_numbers(paper, words, picture)
    paper.rows("peers", "peer-row", [peer.id for peer in picture.peers])
    for peer in picture.peers:
        _draw_peer(paper, words, peer, picture.transfer is not None)


def _draw_numbers(paper: Paper, words: Words, picture: Picture) -> None:
    transfer = picture.transfer
    paper.text("rate-in", words.rate(transfer.rate_Bps) if transfer else _UNKNOWN)
    paper.text("rate-out", words.rate(transfer.sending_Bps) if transfer else _UNKNOWN)
    paper.text("held", figures.share(held_share(transfer)) if transfer else _UNKNOWN)
    around = transfer.from_viewers if transfer else None
    source, viewers = (_UNKNOWN, _UNKNOWN) if around is None else figures.halves(around)
    paper.text("from-source", source)
    paper.text("from-viewers", viewers)
    paper.text("apart", words.apart(picture.apart) if picture.apart else _UNKNOWN)
    paper.text("given", words.size(transfer.given_bytes) if transfer and transfer.given_bytes else _UNKNOWN)


def _draw_peer(paper: Paper, words: Words, peer: Peer, film_on: bool) -> None:
    row = f"peers/{peer.id}"
    paper.text(f"{row}/name", peer.name)
    paper.text(f"{row}/state", words.way(peer))
    paper.text(f"{row}/part", "" if peer.share is None else figures.share(peer.share))
    paper.text(f"{row}/down", words.rate(peer.receiving_Bps))
    paper.text(f"{row}/up", words.rate(peer.sending_Bps))
    paper.shown(f"{row}/rates", film_on and peer.way in _CONNECTED)
    paper.shown(f"{row}/share", peer.share is not None)
    paper.property(f"{row}/share", "value", round(peer.share or 0.0, 3))
    paper.attribute(f"{row}/share", "aria-label", words.held(peer.share or 0.0))
