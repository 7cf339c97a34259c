"""Who gets in, who knocks, who is put out, who acts as host: over HTTP and real WebSockets."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from app.room.door import mark_of
from app.room.errors import Reason
from app.room.messages import (
    Admit,
    Ban,
    Decline,
    Happened,
    Join,
    Kick,
    Knock,
    Leave,
    RefusedCommand,
    RenewLink,
    SetPassword,
    SetPolicy,
    SetRole,
    SetVisibility,
    TransferHost,
)
from app.room.state import Policy, Role, Visibility
from tests.integration.clients import Entry, Line, Visitor
from tests.integration.server_process import ServerProcess


def body(name: str, link_secret: str = "", **more: str) -> dict[str, str]:
    return {"name": name, "link_secret": link_secret, **more}


async def knock(visitor: Visitor, code: str, name: str = "Zoe") -> dict[str, Any]:
    status, told = await visitor.call("POST", f"/rooms/{code}/join", {"name": name})
    assert (status, told["waiting"]) == (202, True)
    return {"member": told["member"], "resume_secret": told["resume_secret"]}


async def refused(line: Line) -> Reason:
    return (await line.hear_a(RefusedCommand)).reason


async def test_the_bare_code_knocks_and_is_let_in(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    zoe = await knock(visitor, invitation.code)
    assert (await ada.hear_happen(Knock)).command == Knock(zoe["member"], "Zoe")
    ticket = f"/rooms/{invitation.code}/ticket"
    assert await visitor.call("POST", ticket, zoe) == (202, {"waiting": True})
    await ada.do(Admit(zoe["member"]), "in")
    await ada.hear_happen(Admit)
    status, told = await visitor.call("POST", ticket, zoe)
    assert status == 200
    _, ready = await visitor.enter(told["ticket"])
    assert ready.you == zoe["member"]
    assert ready.room.callers == ()


async def test_who_is_turned_away_is_told(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    zoe = await knock(visitor, invitation.code)
    await ada.do(Decline(zoe["member"]), "out")
    await ada.hear_happen(Decline)
    status, problem = await visitor.call("POST", f"/rooms/{invitation.code}/ticket", zoe)
    assert (status, problem["code"]) == (403, "unauthorized_command")


async def test_who_walks_away_is_no_longer_at_the_door(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path, "--away", "2")
    visitor = Visitor(http, server.url)
    try:
        invitation, _, ada = await visitor.host()
        zoe = await knock(visitor, invitation.code)
        assert (await visitor.call("DELETE", f"/rooms/{invitation.code}/members/me", zoe))[0] == 204
        assert (await ada.hear_happen(Decline)).by is None
        silent = await knock(visitor, invitation.code)
        assert (await ada.hear_happen(Decline)).command == Decline(silent["member"])
    finally:
        await server.kill()


async def test_a_viewer_lets_nobody_in(visitor: Visitor) -> None:
    invitation, _, _ = await visitor.host()
    _, ben = await visitor.guest(invitation)
    zoe = await knock(visitor, invitation.code)
    await ben.do(Admit(zoe["member"]), "in")
    assert await refused(ben) is Reason.UNAUTHORIZED_COMMAND


async def test_a_public_room_is_listed_and_its_code_is_enough(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    assert (await visitor.call("GET", "/rooms"))[1] == {"rooms": []}
    await ada.do(SetVisibility(Visibility.PUBLIC), "open")
    await ada.hear_happen(SetVisibility)
    status, told = await visitor.call("GET", "/rooms")
    assert status == 200
    assert [(card["code"], card["public"]) for card in told["rooms"]] == [(invitation.code, True)]
    assert "secret" not in str(told)
    status, _ = await visitor.call("POST", f"/rooms/{invitation.code}/join", {"name": "Zoe"})
    assert status == 201


async def set_password(visitor: Visitor, entry: Entry, password: str) -> tuple[int, Any]:
    told = {"member": entry.member, "resume_secret": entry.resume_secret, "password": password}
    return await visitor.call("POST", f"/rooms/{entry.code}/password", told)


async def test_a_password_is_asked_of_everybody_and_told_to_nobody(visitor: Visitor) -> None:
    invitation, entry, ada = await visitor.host()
    assert await set_password(visitor, entry, "sesame") == (200, {"needs_password": True})
    assert (await ada.hear_happen(SetPassword)).command == SetPassword(True)
    path = f"/rooms/{invitation.code}/join"
    for password in ("", "barley"):
        status, problem = await visitor.call("POST", path, body("Ben", invitation.link_secret, password=password))
        assert (status, problem["code"]) == (403, "wrong_password")
    assert (await visitor.call("POST", path, body("Ben", invitation.link_secret, password="sesame")))[0] == 201
    assert (await visitor.call("GET", f"/rooms/{invitation.code}"))[1]["needs_password"]
    assert (await visitor.call("POST", path, body("Zoe", password="sesame")))[0] == 202
    assert await set_password(visitor, entry, "") == (200, {"needs_password": False})
    assert (await visitor.call("POST", path, body("Cy", invitation.link_secret)))[0] == 201


async def test_only_the_host_sets_a_password_and_not_by_a_command(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, _ = await visitor.guest(invitation)
    status, problem = await set_password(visitor, entry, "sesame")
    assert (status, problem["code"]) == (403, "unauthorized_command")
    await ada.do(SetPassword(True), "lock")
    assert await refused(ada) is Reason.INVALID_COMMAND


async def test_a_new_link_keeps_out_who_has_the_old_one_and_nobody_who_is_in(visitor: Visitor) -> None:
    invitation, entry, ada = await visitor.host()
    guest, ben = await visitor.guest(invitation)
    path = f"/rooms/{invitation.code}/link"
    status, problem = await visitor.call("POST", path, {"member": guest.member, "resume_secret": guest.resume_secret})
    assert (status, problem["code"]) == (403, "unauthorized_command")
    await ada.do(RenewLink("0123abcd"), "link")
    assert await refused(ada) is Reason.INVALID_COMMAND
    status, told = await visitor.call("POST", path, {"member": entry.member, "resume_secret": entry.resume_secret})
    assert status == 200
    renewed = (await ben.hear_happen(RenewLink)).command
    assert renewed == RenewLink(mark_of(told["link_secret"]))
    assert told["link_secret"] not in str(renewed)
    join = f"/rooms/{invitation.code}/join"
    status, problem = await visitor.call("POST", join, body("Cy", invitation.link_secret))
    assert (status, problem["code"]) == (403, "unauthorized_command")
    assert (await visitor.call("POST", join, body("Cy", told["link_secret"])))[0] == 201
    await ben.socket.close()
    _, ready = await visitor.enter(await visitor.ticket(guest))
    assert ready.you == guest.member


async def test_the_host_says_how_many_may_come(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, _ = await visitor.guest(invitation)
    await ada.do(SetPolicy(Policy(most_members=2)), "two")
    await ada.hear_happen(SetPolicy)
    join = f"/rooms/{invitation.code}/join"
    status, problem = await visitor.call("POST", join, body("Cy", invitation.link_secret))
    assert (status, problem["code"]) == (409, "room_full")
    _, again = await visitor.enter(await visitor.ticket(entry))
    assert len(again.room.members) == 2
    await ada.do(SetPolicy(Policy()), "all")
    await ada.hear_happen(SetPolicy)
    assert (await visitor.call("POST", join, body("Cy", invitation.link_secret)))[0] == 201


async def test_guesses_that_pile_up_are_sent_away(visitor: Visitor) -> None:
    invitation, entry, _ = await visitor.host()
    await set_password(visitor, entry, "sesame")
    guess = body("Zoe", invitation.link_secret, password="barley")

    async def attempt() -> tuple[int, str | None]:
        async with visitor.http.post(f"{visitor.url}/api/v1/rooms/{invitation.code}/join", json=guess) as response:
            return response.status, response.headers.get("Retry-After")

    answers = await asyncio.gather(*(attempt() for _ in range(60)))
    assert set(answers) == {(403, None), (503, "2")}


async def test_who_is_put_out_can_come_back_by_the_link_and_who_is_banned_cannot(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    path = f"/rooms/{invitation.code}/join"
    by_phone = body("Ben", invitation.link_secret, device="phone")
    for command, again in ((Kick, 201), (Ban, 403)):
        status, told = await visitor.call("POST", path, by_phone)
        assert status == 201
        ben, _ = await visitor.enter(told["ticket"])
        await ada.do(command(told["member"]), command.__name__)
        assert (await ben.hear_happen(command)).command == command(told["member"])
        assert await ben.closed_with() == 4003
        me = {"member": told["member"], "resume_secret": told["resume_secret"]}
        assert (await visitor.call("POST", f"/rooms/{invitation.code}/ticket", me))[0] == 403
        status, problem = await visitor.call("POST", path, by_phone)
        assert status == again
    assert problem["code"] == "banned"
    assert (await visitor.call("POST", path, body("Cy", invitation.link_secret, device="tablet")))[0] == 201


async def test_who_stands_at_the_door_with_a_banned_device_is_not_let_in(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    path = f"/rooms/{invitation.code}/join"
    _, eve = await visitor.call("POST", path, body("Eve", invitation.link_secret, device="phone"))
    _, mal = await visitor.call("POST", path, body("Mal", invitation.link_secret, device="phone"))
    status, cousin = await visitor.call("POST", path, body("Cousin", device="phone"))
    assert status == 202
    line, _ = await visitor.enter(mal["ticket"])
    await ada.do(Ban(eve["member"]), "ban")
    assert await line.closed_with() == 4003
    assert (await ada.hear_happen(Decline)).command == Decline(cousin["member"])
    await ada.do(Admit(cousin["member"]), "in")
    assert await refused(ada) is Reason.NOT_FOUND
    for gone in (mal, cousin):
        seat = {"member": gone["member"], "resume_secret": gone["resume_secret"]}
        assert (await visitor.call("POST", f"/rooms/{invitation.code}/ticket", seat))[0] == 403


async def test_the_ban_and_the_password_outlive_the_server(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, server.url)
    invitation, entry, ada = await visitor.host()
    by_phone = body("Ben", invitation.link_secret, device="phone", password="sesame")
    path = f"/rooms/{invitation.code}/join"
    _, told = await visitor.call("POST", path, by_phone)
    await ada.do(Ban(told["member"]), "ban")
    await ada.hear_happen(Ban)
    await set_password(visitor, entry, "sesame")
    zoe_by_link = body("Zoe", password="sesame")
    _, zoe = await visitor.call("POST", path, zoe_by_link)
    await server.kill()
    server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, server.url)
    try:
        assert (await visitor.call("POST", path, by_phone))[1]["code"] == "banned"
        assert (await visitor.call("POST", path, body("Cy", invitation.link_secret)))[1]["code"] == "wrong_password"
        waiting = {"member": zoe["member"], "resume_secret": zoe["resume_secret"]}
        assert (await visitor.call("POST", f"/rooms/{invitation.code}/ticket", waiting))[0] == 202
    finally:
        await server.kill()


async def test_a_room_takes_as_many_as_the_server_says(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path, "--members", "2")
    visitor = Visitor(http, server.url)
    try:
        invitation, _, _ = await visitor.host()
        await visitor.join(invitation)
        status, problem = await visitor.call(
            "POST", f"/rooms/{invitation.code}/join", body("Cy", invitation.link_secret)
        )
        assert (status, problem["code"]) == (409, "room_full")
    finally:
        await server.kill()


async def test_roles_are_given_and_the_room_is_handed_over(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ada.do(SetRole(entry.member, Role.COHOST), "cohost")
    assert (await ben.hear_happen(SetRole)).by == ada_entry.member
    await ben.do(TransferHost(entry.member), "steal")
    assert await refused(ben) is Reason.UNAUTHORIZED_COMMAND
    await ada.do(TransferHost(entry.member), "give")
    assert isinstance(await ben.hear_happen(TransferHost), Happened)
    await ben.do(Kick(ada_entry.member), "out")
    assert await ada.closed_with() == 4003


async def test_a_host_who_is_away_too_long_is_acted_for_and_host_again(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    server = await ServerProcess.start(tmp_path, "--host-away", "1")
    visitor = Visitor(http, server.url)
    try:
        invitation, ada_entry, ada = await visitor.host()
        _, ben = await visitor.guest(invitation)
        await ada.socket.close()
        left = await ben.hear_happen(Leave)
        assert (left.command, left.by) == (Leave(ada_entry.member), None)
        _, ready = await visitor.enter(await visitor.ticket(ada_entry))
        assert {member.name: member.role for member in ready.room.members} == {"Ben": Role.VIEWER, "Ada": Role.HOST}
        assert ready.room.regency is None
        assert (await ben.hear_happen(Join)).command == Join(ada_entry.member, "Ada", Role.HOST)
    finally:
        await server.kill()
