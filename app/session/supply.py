"""How the film's bytes stand on this machine, and what is in their way.

Laws: it is said that nobody has the rest only when everybody was asked. What stands in the way is derived, so it
stays told until it is mended. Times are the page's, in seconds.
"""

from app.session.company import Company
from app.session.exchange import Exchange
from app.session.picture import Flow, Notice, Trouble
from app.swarm.share import Share


def flow(share: Share, rate: float) -> Flow:
    """The film's way here; `rate` is what comes in, in bytes a second."""
    if share.is_source:
        return Flow.SOURCE
    if share.held.complete:
        return Flow.COMPLETE
    if share.store_failed:
        return Flow.UNKEPT
    if rate > 0:
        return Flow.RECEIVING
    if not share.maps:
        return Flow.CONNECTING
    return Flow.WAITING if offered(share) else Flow.STALLED


def offered(share: Share) -> bool:
    """Whether a peer holds a piece that we lack."""
    return any(pieces.bits & share.held.missing for pieces in share.maps.values())


def trouble(company: Company, exchange: Exchange, now: float) -> Notice | None:
    """Why the film that is on will not be here whole, as far as a person can do something about it."""
    item = company.room.current if company.room else None
    share = exchange.share_of(company.room) if company.room else None
    if item is None or share is None or share.is_source or share.held.complete:
        return None
    if share.store_failed:
        return Notice(Trouble.STORAGE_FULL if exchange.store_full else Trouble.STORAGE_REFUSED)
    if not share.store_open or exchange.preparation.current is not None or exchange.prepared:
        return None
    if item.added_by == company.me:
        # After a reload the browser has let go of the file: only the person can give it back.
        return Notice(Trouble.SOURCE_GONE, item.film.name)
    return (
        Notice(Trouble.NOBODY_HAS_IT, item.film.name) if exchange.everybody_told(now) and not offered(share) else None
    )
