"""How the film travels between us: the way to everybody else, what goes each way, and where ours came from.

Times are the page's, rates in bytes a second.
"""

from collections.abc import Mapping

from app.room.state import Member, Presence, Room
from app.session.circle import Circle
from app.session.exchange import Exchange
from app.session.picture import Peer, Way
from app.swarm.share import Share


def peers(room: Room, me: str, exchange: Exchange, shares: Mapping[str, float | None], now: float) -> tuple[Peer, ...]:
    """Everybody but us; `shares` are the parts of the film they hold, as far as that is known."""
    others = [member for member in room.members if member.id != me]
    return tuple(_peer(member, exchange, shares.get(member.id), now) for member in others)


def _peer(member: Member, exchange: Exchange, share: float | None, now: float) -> Peer:
    swarm, path = exchange.swarm, exchange.circle.paths.of(member.id)
    return Peer(
        member.id,
        member.name,
        way_to(member, exchange.circle),
        share=share,
        rtt_s=path.rtt_s if path else None,
        receiving_Bps=swarm.fetching.pace.rate_of(member.id, now),
        sending_Bps=swarm.serving.uploads.rate_of(member.id, now),
    )


def way_to(member: Member, circle: Circle) -> Way:
    """How we are connected to somebody."""
    peer = member.id
    if peer in circle.unable:
        return Way.AWAY if member.presence is Presence.AWAY else Way.UNABLE
    if peer in circle.cut_off:
        return Way.CUT_OFF
    if peer in circle.shaken_peers:
        return Way.SHAKEN
    if peer in circle.up:
        path = circle.paths.of(peer)
        return Way.RELAYED if path and path.relayed else Way.DIRECT
    if member.presence is Presence.AWAY:
        return Way.AWAY
    if peer in circle.unreachable:
        return Way.AROUND if circle.up - circle.shaken_peers else Way.UNREACHABLE
    return Way.CONNECTING if circle.board is None or peer in circle.board.wanted else Way.NO_NEIGHBOUR


def from_viewers(share: Share, adder: str | None) -> float | None:
    """The part of what came here that did not come from whoever put the film on, 0 to 1; None if nothing came."""
    came = share.received.total()
    return None if not came else 1 - share.received[adder or ""] / came
