"""The picture of an evening: everything a person sees, put together from the session's parts."""

from dataclasses import replace
from typing import Any

from app.room import policy
from app.room.messages import Admit, End, Pause, Play, QueueAdd, Seek, SetPolicy, SetRole, Skip
from app.room.state import Member, Room, Visibility
from app.session import travel
from app.session.appetite import Appetite
from app.session.buffering import starved, watching
from app.session.company import Company
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.picture import Flow, May, Notice, Person, Picture, Player, Transfer
from app.session.projection import Projection
from app.session.reporting import Reporting
from app.session.supply import missed, way
from app.swarm.share import Share


def draw(
    entrance: Entrance,
    company: Company,
    exchange: Exchange,
    projection: Projection,
    appetite: Appetite,
    reporting: Reporting,
    notice: Notice | None,
    offset_s: float,
    now: float,
) -> Picture:
    """The whole page as of `now`; `offset_s` is room time − page time."""
    picture = _at_entrance(_of_all_rooms(company, exchange, notice, now), entrance, now)
    room = company.room
    if room is None:
        return picture
    people = tuple(_person(member, room, company, exchange, reporting) for member in room.members)
    peers = travel.peers(room, company.me, exchange, {person.id: person.share for person in people}, now)
    inside = _in_room(picture, room, company.me, exchange, projection, appetite, offset_s, now)
    return replace(inside, people=people, peers=peers, player=starved(inside.player, reporting.own))


def _of_all_rooms(company: Company, exchange: Exchange, notice: Notice | None, now: float) -> Picture:
    room = company.room
    on = room.current.film.film_id if room and room.current else None
    return Picture(
        notice=notice,
        pending=company.pending,
        preparing=exchange.preparation.current,
        activity=tuple(company.activity),
        download_limit_Bps=exchange.swarm.fetching.pace.bucket.limit,
        upload_limit_Bps=exchange.swarm.serving.uploads.bucket.limit,
        sending_paused=exchange.swarm.serving.paused,
        receiving_paused=exchange.swarm.fetching.paused,
        shelf=exchange.stock.films(on, now),
        lacking_bytes=exchange.stock.space.lacks.get(on or "", 0),
    )


def _at_entrance(picture: Picture, entrance: Entrance, now: float) -> Picture:
    return replace(
        picture,
        screen=entrance.screen,
        name=entrance.name,
        busy=entrance.busy,
        unserved=entrance.unserved,
        link=entrance.line.state,
        retry_in_s=None if entrance.line.retry_at is None else max(0.0, entrance.line.retry_at - now),
        card=entrance.card,
        code=entrance.invite.code if entrance.invite else "",
        invite=entrance.invite.fragment if entrance.invite else "",
    )


def _in_room(
    picture: Picture,
    room: Room,
    me: str,
    exchange: Exchange,
    projection: Projection,
    appetite: Appetite,
    offset_s: float,
    now: float,
) -> Picture:
    return replace(
        picture,
        title=room.title,
        policy=room.policy,
        talk=room.talk,
        callers=room.callers,
        public=room.visibility is Visibility.PUBLIC,
        has_password=room.has_password,
        acting_for=room.regency.name if room.regency else "",
        may=_may(room, me),
        queue=room.programme.items,
        current=room.current,
        transfer=_transfer(room, me, exchange, appetite, now),
        player=_player(room, projection, offset_s, now),
    )


def _may(room: Room, me: str) -> May:
    member = room.member(me)
    if member is None:
        return May()
    allowed = {command: policy.can(member.role, command, room.policy) for command in _ASKED}
    return May(
        play_pause=allowed[Pause],
        seek=allowed[Seek],
        add=allowed[QueueAdd],
        choose=allowed[Skip],
        set_policy=allowed[SetPolicy],
        lead=allowed[SetRole],
        admit=allowed[Admit],
        end=allowed[End],
        overrule=allowed[Play] and policy.may_overrule(member.role),
    )


_ASKED = (Admit, Play, Pause, Seek, QueueAdd, Skip, SetPolicy, SetRole, End)


def _person(member: Member, room: Room, company: Company, exchange: Exchange, reporting: Reporting) -> Person:
    mine = member.id == company.me
    said = reporting.own if mine else reporting.of(member.id, room.current.film.film_id) if room.current else None
    connected = member.id in exchange.circle.up
    share = exchange.share_of(room)
    held = _held_share(share, None if mine else member.id) if share else None
    if held is None and said is not None:
        held = said.share
    person = Person(member.id, member.name, member.role, member.presence, mine, connected, held)
    person = replace(person, watching=watching(member.id, room, said))
    if said is None:
        return person
    return replace(
        person,
        standing=said.standing,
        rate_Bps=said.rate_Bps,
        ahead_s=said.ahead_s,
        lacks=said.lacks,
        need_s=said.need_s,
        drift_s=said.drift_s,
    )


def _held_share(share: Share, peer: str | None) -> float | None:
    pieces = share.held if peer is None else share.maps.get(peer)
    return None if pieces is None else len(pieces) / share.count


def _way(room: Room, me: str, exchange: Exchange, appetite: Appetite, now: float) -> Flow | None:
    found = way(room, exchange, appetite, now)
    return Flow.FILE_MISSED if found in _IDLE and missed(room, me, exchange) else found


def _transfer(room: Room, me: str, exchange: Exchange, appetite: Appetite, now: float) -> Transfer | None:
    share = exchange.share_of(room)
    found = _way(room, me, exchange, appetite, now)
    if share is None or found is None:
        return None
    able = appetite.ability(share.film_id)
    swarm = exchange.swarm
    rate = swarm.fetching.pace.rate(now)
    held = share.held_bytes()
    return Transfer(
        flow=found,
        held_bytes=held,
        size=share.facts.size,
        rate_Bps=rate,
        left_s=(share.facts.size - held) / rate if rate > 0 else None,
        sources=tuple(_name(room, peer) for peer in _sources(found, share, swarm.fetching.pace.givers(now))),
        held=tuple((first / share.count, behind / share.count) for first, behind in share.held.runs()),
        sending_Bps=swarm.serving.uploads.rate(now),
        receivers=tuple(_name(room, peer) for peer in swarm.serving.uploads.receivers(now)),
        halted_by=tuple(_name(room, peer) for peer in swarm.fetching.pace.choking),
        sending_halted=swarm.serving.paused,
        plays=able.plays,
        lacks=able.lacks,
        **_sums(room, share, exchange),
    )


def _sums(room: Room, share: Share, exchange: Exchange) -> Any:
    return {
        "received_bytes": share.received.total(),
        "from_viewers": travel.from_viewers(share, room.current.added_by if room.current else None),
        "given_bytes": exchange.swarm.serving.uploads.given,
    }


_IDLE = (Flow.UNCONNECTED, Flow.CONNECTING, Flow.WAITING, Flow.STALLED)


def _sources(found: Flow, share: Share, giving: list[str]) -> list[str]:
    """Who gives us the film just now; or gave it, or has what we wait for."""
    if found is Flow.COMPLETE:
        return list(share.givers)
    if found is Flow.WAITING:
        return [peer for peer, pieces in share.maps.items() if pieces.bits & share.held.missing]
    return giving


def _name(room: Room, member_id: str) -> str:
    member = room.member(member_id)
    return member.name if member else ""


def _player(room: Room, projection: Projection, offset_s: float, now: float) -> Player:
    drift = projection.follower.drift_s
    return Player(
        playing=projection.playing(room, now + offset_s),
        timeline=room.timeline,
        room_offset_s=offset_s,
        duration_s=room.duration_s,
        drift_ms=None if drift is None else drift * 1000,
        needs_sound=projection.needs_sound,
        needs_click=projection.needs_click,
    )
