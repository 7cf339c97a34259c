"""How the film that is on stands with us, as the others are told. Times are the page's, positions in seconds."""

from app.room.bounds import MOST_AHEAD_S
from app.room.messages import Report
from app.room.state import Room, Standing
from app.session.exchange import Exchange
from app.session.picture import Flow
from app.session.supply import everybody_told, flow
from app.swarm.picker import piece_at
from app.swarm.share import Share

_STANDINGS = {
    Flow.SOURCE: Standing.SOURCE,
    Flow.CONNECTING: Standing.CONNECTING,
    Flow.RECEIVING: Standing.RECEIVING,
    Flow.WAITING: Standing.RECEIVING,
    Flow.HALTED: Standing.PAUSED,
    Flow.UNKEPT: Standing.STORE_REFUSED,
    Flow.STALLED: Standing.STALLED,
    Flow.FILE_MISSED: Standing.STALLED,
    Flow.COMPLETE: Standing.COMPLETE,
}


def own_report(room: Room, exchange: Exchange, position_s: float, now: float) -> Report | None:
    """Our report of what is on, the room being at `position_s`; None where nothing is."""
    share = exchange.share_of(room)
    if share is None:
        return None
    fetching = exchange.swarm.fetching
    rate = fetching.pace.rate(now)
    way = flow(share, rate, everybody_told(room, exchange, now), fetching.paused)
    standing = Standing.WAITING_FOR_SPACE if way is Flow.UNKEPT and exchange.store_full else _STANDINGS[way]
    incoming = rate if standing is Standing.RECEIVING else 0.0
    return Report(share.film_id, standing, len(share.held) / share.count, incoming, ahead_s(share, position_s))


def ahead_s(share: Share, position_s: float) -> float:
    """Seconds held from a position on without a gap, as far as an even spread of bytes can tell.

    At most `MOST_AHEAD_S`, and as much where nothing is missing up to the end; 0 while the film's length is not known.
    """
    first = piece_at(position_s, share.duration_s, share.count)
    missing = share.held.missing >> first
    if not missing:
        return float(MOST_AHEAD_S)
    if not share.duration_s:
        return 0.0
    behind = first + (missing & -missing).bit_length() - 1
    until_s = behind / share.count * share.duration_s
    return min(max(0.0, until_s - position_s), float(MOST_AHEAD_S))
