"""How the film's bytes stand on this machine, and what is in their way.

Laws: it is said that nobody has the rest only when everybody was asked. What stands in the way is derived, so it
stays told until it is mended. Times are the page's, in seconds.
"""

from app.room.state import Item, Presence, Room
from app.session.appetite import Appetite
from app.session.company import Company
from app.session.exchange import Exchange
from app.session.lent import Stand
from app.session.picture import Flow, Notice, Trouble
from app.swarm.share import Bar, Share

# As long as our neighbours in a large room get pieces, the rest may be on its way to them.
NO_NEWS_S = 20.0


def way(room: Room, exchange: Exchange, appetite: Appetite, now: float) -> Flow | None:
    """How the film that is on comes here, or why it does not; None where nothing is."""
    share = exchange.share_of(room)
    if room.current is None or share is None:
        return None
    fetching = exchange.swarm.fetching
    found = flow(
        share, fetching.pace.rate(now), everybody_told(room, exchange, now), fetching.paused, exchange.stock.full
    )
    if found in (Flow.SOURCE, Flow.COMPLETE):
        return found
    return appetite.objection(room.current.film) or (found if exchange.circle.plugged else Flow.UNCONNECTED)


def flow(share: Share, rate: float, everybody_told: bool, paused: bool = False, full: bool = False) -> Flow:
    """The film's way here; `rate` is what comes in, in bytes a second; `paused` by the person, the disk `full`."""
    if share.is_source:
        return Flow.SOURCE
    if share.held.complete:
        return Flow.COMPLETE
    if share.bar is Bar.REMOVED:
        return Flow.REMOVED
    if share.bar is Bar.NO_ROOM or share.store_failed:
        return Flow.SPACE if share.bar or full else Flow.UNKEPT
    if paused:
        return Flow.HALTED
    if rate > 0:
        return Flow.RECEIVING
    if everybody_told and not offered(share):
        return Flow.STALLED
    return Flow.WAITING if share.maps else Flow.CONNECTING


def offered(share: Share) -> bool:
    """Whether a peer holds a piece that we lack."""
    return any(pieces.bits & share.held.missing for pieces in share.maps.values())


def everybody_told(room: Room, exchange: Exchange, now: float) -> bool:
    """Whether everybody we can ask is connected and has had the time to say what they hold.

    In a large room that is some of those who are here: enough if whoever put the film on is one of them; else only when
    they have got nothing for a while, and never while that person is one of the others.
    """
    board = exchange.circle.board
    if board is None or not board.wanted <= board.up or now < exchange.circle.told_by:
        return False
    others = {member.id for member in room.members if member.presence is Presence.HERE} - {board.me}
    unheard = others - board.up - exchange.circle.cut_off - board.unable
    if not unheard or room.current is None or room.current.added_by in others - unheard:
        return True
    return room.current.added_by not in unheard and now >= exchange.news_at + NO_NEWS_S


def trouble(company: Company, exchange: Exchange, appetite: Appetite, now: float) -> Notice | None:
    """Why the film that is on will not be here whole, as far as a person can do something about it."""
    room = company.room
    item = room.current if room else None
    share = exchange.share_of(room) if room else None
    if room is None or item is None or share is None or share.is_source or share.held.complete:
        return None
    if appetite.objection(item.film) is not None:
        return None
    if share.bar is Bar.REMOVED:
        return Notice(Trouble.FILM_REMOVED, item.film.name)
    if share.bar is Bar.NO_ROOM:
        return Notice(Trouble.NO_SPACE, str(exchange.stock.space.lacks.get(share.film_id, 0)))
    if share.store_failed:
        return Notice(Trouble.STORAGE_FULL if exchange.stock.full else Trouble.STORAGE_REFUSED)
    if not share.store_open or exchange.preparation.current is not None or exchange.prepared:
        return None
    if missed(room, company.me, exchange):
        stand = exchange.lent.stand(item.film.film_id)
        return None if stand in _BUSY else Notice(_OF_FILES.get(stand, Trouble.SOURCE_GONE), item.film.name)
    if not exchange.circle.plugged:
        return Notice(Trouble.UNCONNECTED, item.film.name)
    return None if offered(share) else _nobody_gives(room, item, exchange, now)


_BUSY = (Stand.LOOKING, Stand.OPENING)
_OF_FILES: dict[Stand | None, Trouble] = {Stand.KEPT: Trouble.GIVE_BACK, Stand.CHANGED: Trouble.FILE_CHANGED}


def missed(room: Room, me: str, exchange: Exchange) -> bool:
    """Whether the film that is on has its file on this machine, and this page lacks it."""
    item, share = room.current, exchange.share_of(room)
    if item is None or share is None or share.is_source or share.held.complete:
        return False
    # After a reload the browser has let go of the file: only the person can give it back.
    return item.added_by == me or exchange.lent.stand(item.film.film_id) in (Stand.KEPT, Stand.OPENING)


def _nobody_gives(room: Room, item: Item, exchange: Exchange, now: float) -> Notice | None:
    """Why nobody we are connected to has what we lack."""
    circle = exchange.circle
    here = {member.id: member.name for member in room.members if member.presence is Presence.HERE}
    cut_off = tuple(name for peer, name in here.items() if peer in circle.cut_off)
    if cut_off:
        return Notice(Trouble.CUT_OFF, names=cut_off)
    unreached = tuple(name for peer, name in here.items() if peer in circle.unreachable)
    if unreached and not circle.up:
        return Notice(Trouble.UNREACHED, names=unreached)
    return Notice(Trouble.NOBODY_HAS_IT, item.film.name) if everybody_told(room, exchange, now) else None
