"""How the film that is on stands with us, as the others are told. Times are the page's, positions in seconds."""

from app.room.bounds import MOST_AHEAD_S
from app.room.messages import Report
from app.room.state import Room, Standing
from app.session.appetite import Appetite
from app.session.exchange import Exchange
from app.session.picture import Flow
from app.session.supply import way
from app.swarm.picker import piece_at
from app.swarm.share import Bar, Share

_STANDINGS = {
    Flow.SOURCE: Standing.SOURCE,
    Flow.CHECKING: Standing.CHECKING,
    Flow.CANNOT_PLAY: Standing.CANNOT_PLAY,
    Flow.DECLINED: Standing.DECLINED,
    Flow.UNCONNECTED: Standing.UNCONNECTED,
    Flow.CONNECTING: Standing.CONNECTING,
    Flow.RECEIVING: Standing.RECEIVING,
    Flow.WAITING: Standing.RECEIVING,
    Flow.HALTED: Standing.PAUSED,
    Flow.UNKEPT: Standing.STORE_REFUSED,
    Flow.SPACE: Standing.WAITING_FOR_SPACE,
    Flow.REMOVED: Standing.DECLINED,
    Flow.STALLED: Standing.STALLED,
    Flow.FILE_MISSED: Standing.STALLED,
    Flow.COMPLETE: Standing.COMPLETE,
}


def own_report(
    room: Room, exchange: Exchange, appetite: Appetite, gave_up: bool, position_s: float, now: float
) -> Report | None:
    """Our report of what is on, the room being at `position_s`; None where nothing is.

    `gave_up` tells that the video element did: whatever the browser says, it cannot play the film.
    """
    share = exchange.share_of(room)
    found = way(room, exchange, appetite, now)
    if share is None or found is None:
        return None
    rate = exchange.swarm.fetching.pace.rate(now) if found is Flow.RECEIVING else 0.0
    able = appetite.ability(share.film_id)
    standing = _STANDINGS[found]
    if found is Flow.SPACE and share.bar is Bar.NO_ROOM:
        standing = Standing.NO_SPACE
    if (gave_up or not able.plays) and found not in (Flow.SOURCE, Flow.DECLINED):
        standing = Standing.CANNOT_PLAY
    held = len(share.held) / share.count
    return Report(share.film_id, standing, held, rate, ahead_s(share, position_s), ", ".join(able.lacks))


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
