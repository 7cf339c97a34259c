"""What people do in a room, over real sockets."""

from dataclasses import replace

from app.playback.timeline import SEEK_LEAD_S
from app.room.errors import Reason
from app.room.messages import (
    Do,
    End,
    Happened,
    Join,
    Leave,
    Pause,
    Ping,
    Play,
    Pong,
    QueueAdd,
    Ready,
    RefusedCommand,
    Report,
    Seek,
    SetPolicy,
    SetPresence,
    SignalFrom,
    SignalTo,
    Skip,
    SubtitleAdd,
    SyncRequest,
)
from app.room.reducer import Applied, apply
from app.room.state import Policy, Presence, Role, Room, Standing
from tests.integration.clients import FILM, SUBTITLE, Line, Visitor


async def replayed(line: Line, room: Room, until: str) -> Room:
    """The room as a browser makes it out of `ready` and every event up to the command `until`."""
    while True:
        event = await line.hear_a(Happened)
        applied = apply(room, event.command, event.by, event.at)
        assert isinstance(applied, Applied)
        room = applied.room
        assert room.revision == event.revision
        if event.command_id == until:
            return room


async def test_a_room_is_made_and_entered(visitor: Visitor) -> None:
    invitation, ada = await visitor.make_room("Ada", title="Friday")
    line, ready = await visitor.enter(ada.ticket)
    assert ready.you == ada.member
    assert ready.room.title == "Friday"
    assert [(m.name, m.role, m.presence) for m in ready.room.members] == [("Ada", Role.HOST, Presence.HERE)]
    ben = await visitor.join(invitation)
    joined = await line.hear_happen(Join)
    assert (joined.command, joined.by) == (Join(ben.member, "Ben", Role.VIEWER), None)
    _, bens = await visitor.enter(ben.ticket)
    assert (await line.hear_happen(SetPresence)).command == SetPresence(ben.member, Presence.HERE)
    assert [member.role for member in bens.room.members] == [Role.HOST, Role.VIEWER]


async def test_playing_pausing_and_seeking_reach_everyone_in_one_order(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ada.hear_happen(SetPresence)
    await ada.do(Play(0.0), "play")
    playing = await ben.hear_happen(Play)
    await ben.do(Seek(100.0), "seek")
    seeking = await ben.hear_happen(Seek)
    await ada.do(Pause(), "pause")
    pausing = await ben.hear_happen(Pause)
    assert [await ada.hear_a(Happened) for _ in range(3)] == [playing, seeking, pausing]
    await ben.say(SyncRequest())
    timeline = (await ben.hear_a(Ready)).room.timeline
    assert (timeline.playing, timeline.anchor) == (False, pausing.at)
    run_s = max(0.0, pausing.at - seeking.at - SEEK_LEAD_S)
    assert abs(timeline.position_s - (100.0 + run_s)) < 1e-6


async def test_the_server_sets_the_lead_by_the_worst_round_trip(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ben.say(Ping(1.5, 0.2))
    pong = await ben.hear_a(Pong)
    assert pong.t0 == 1.5
    assert pong.t1 <= pong.t2
    await ada.do(Play(0.9), "play")
    event = await ben.hear_happen(Play)
    assert event.command == Play(0.4)
    assert abs(event.at - pong.t2) < 5


async def test_a_browser_replaying_the_events_has_the_servers_room(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    ben = await visitor.join(invitation)
    line, ready = await visitor.enter(ben.ticket)
    for number in range(20):
        await ada.do(Seek(float(number)), f"ada-{number}")
        await line.do(Play() if number % 2 else Pause(), f"ben-{number}")
    await line.do(SubtitleAdd("film", SUBTITLE), "words")
    await ada.do(QueueAdd("second", replace(FILM, film_id="2" * 64)), "end")
    room = await replayed(line, ready.room, "end")
    await line.say(SyncRequest())
    synced = await line.hear_a(Ready)
    assert synced.room.revision >= room.revision
    if synced.room.revision == room.revision:
        assert synced.room == room


async def test_a_viewer_without_permission_is_refused_and_nothing_moves(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ada.do(SetPolicy(Policy(viewers_may_play_pause=False)), "policy")
    await ben.hear_happen(SetPolicy)
    await ben.do(Play(), "try")
    refused = await ben.hear_a(RefusedCommand)
    assert (refused.command_id, refused.reason) == ("try", Reason.UNAUTHORIZED_COMMAND)
    assert refused.timeline is not None
    assert not refused.timeline.playing
    await ben.say(SyncRequest())
    assert not (await ben.hear_a(Ready)).room.timeline.playing
    await ben.do(Seek(5.0), "may")
    assert (await ada.hear_happen(Seek)).command_id == "may"


async def test_signals_go_to_one_member_only(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    ben_entry, ben = await visitor.guest(invitation)
    payload = "o" * 60_000
    await ben.say(SignalTo(ada_entry.member, payload))
    assert await ada.hear_a(SignalFrom) == SignalFrom(ben_entry.member, payload)
    await ada.say(SignalTo("nobody", "lost"))
    await ada.say(SignalTo(ben_entry.member, "answer"))
    assert await ben.hear_a(SignalFrom) == SignalFrom(ada_entry.member, "answer")


async def test_the_same_command_id_has_no_second_effect(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    await ada.do(Seek(10.0), "once")
    first = await ada.hear_happen(Seek)
    await ada.do(Seek(20.0), "once")
    assert await ada.hear_a(Happened) == first
    _, ben = await visitor.guest(invitation)
    await ben.do(Seek(30.0), "once")
    assert (await ben.hear_happen(Seek)).by != ada_entry.member


async def test_a_second_tab_takes_over(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    ben_entry, ben = await visitor.guest(invitation)
    await ada.hear_happen(SetPresence)
    again, ready = await visitor.enter(await visitor.ticket(ada_entry))
    assert await ada.closed_with() == 4009
    assert [member.presence for member in ready.room.members] == [Presence.HERE, Presence.HERE]
    await again.do(Play(), "go")
    event = await ben.hear_a(Happened)
    assert isinstance(event.command, Play), "the old tab's close must not make anybody away"
    assert ben_entry.member != event.by == ada_entry.member


async def test_a_closed_tab_is_away(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ben.socket.close()
    event = await ada.hear_happen(SetPresence, lambda c: c.presence is Presence.AWAY)
    assert event.command == SetPresence(entry.member, Presence.AWAY)


async def test_leaving_closes_and_is_told(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ada.do(Leave(), "bye")
    assert await ada.closed_with() == 1000
    await ben.hear_happen(Leave)
    await ben.say(SyncRequest())
    assert (await ben.hear_a(Ready)).room.members[0].role is Role.HOST
    body = {"member": ada_entry.member, "resume_secret": ada_entry.resume_secret}
    assert (await visitor.call("POST", f"/rooms/{entry.code}/ticket", body))[0] == 403
    body = {"member": entry.member, "resume_secret": entry.resume_secret}
    assert (await visitor.call("DELETE", f"/rooms/{entry.code}/members/me", body))[0] == 204
    assert await ben.closed_with() == 1000


async def test_an_ended_room_says_so(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    unused = await visitor.ticket(ada_entry)
    await ada.do(End(), "end")
    assert (await ben.hear_happen(End)).by == ada_entry.member
    assert await ben.closed_with() == 4004
    assert await ada.closed_with() == 4004
    body = {"name": "Cy", "link_secret": invitation.link_secret}
    status, problem = await visitor.call("POST", f"/rooms/{invitation.code}/join", body)
    assert (status, problem["code"]) == (410, "room_ended")
    late = await visitor.dial()
    await late.socket.send_json({"type": "hello", "version": 1, "ticket": unused})
    assert await late.closed_with() == 4004


async def test_a_command_needs_no_lock_step(visitor: Visitor) -> None:
    """Many commands in one go are answered each, in order."""
    _, _, ada = await visitor.host()
    for number in range(50):
        await ada.say(Do(f"n{number}", SetPolicy(Policy(viewers_may_seek=number % 2 == 0))))
    heard = [(await ada.hear_happen(SetPolicy)) for _ in range(50)]
    assert [event.command_id for event in heard] == [f"n{number}" for number in range(50)]
    revisions = [event.revision for event in heard]
    assert revisions == list(range(revisions[0], revisions[0] + 50))


async def test_a_film_of_unknown_length_is_over_when_those_who_watch_say_so(visitor: Visitor) -> None:
    _, host = await visitor.make_room()
    ada, _ = await visitor.enter(host.ticket)
    for item, film in (("live", replace(FILM, duration_s=None)), ("next", replace(FILM, film_id="cd" * 32))):
        await ada.do(QueueAdd(item, film), item)
        await ada.hear_happen(QueueAdd)
    await ada.do(Play(), "play")
    await ada.hear_happen(Play)
    await ada.say(Report(FILM.film_id, Standing.SOURCE, 1.0, 0.0, 120.0, ended=True))
    skipped = await ada.hear_happen(Skip)
    assert (skipped.by, skipped.command) == (None, Skip("next"))
