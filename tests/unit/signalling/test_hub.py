"""All rooms: making, finding, entering, bringing back."""

import asyncio
from collections.abc import Iterable

import pytest

from app.room.door import mark_of
from app.room.errors import Reason
from app.room.messages import End, Happened, Join
from app.room.state import CODE_ALPHABET, CODE_LENGTH, Presence, Role, Room
from signalling.admission import Admission, Wish, new_member
from signalling.hub import ATTEMPTS, CLEAN_EVERY_S, Hub, new_code
from signalling.live_room import LiveRoom
from signalling.logs import room_shadow
from signalling.room_time import RoomTime
from signalling.tokens import digest
from signalling.world import Lifetimes, World
from tests.unit.signalling.fakes import Clock, FakeLink, MemoryStore, settle


class Scene:
    """A hub on a store in memory."""

    def __init__(self, codes: Iterable[str] = ()) -> None:
        self.store = MemoryStore()
        self.clock = Clock()
        self.codes = iter(codes)
        self.hub = self.another_hub()

    def another_hub(self) -> Hub:
        """The hub of the next process on the same store."""
        time = RoomTime(self.clock.now, self.clock.now)
        world = World(self.store, time.now, self.clock.schedule)
        return Hub(world, time, lambda: next(self.codes, None) or new_code())

    async def made(self) -> Admission:
        """A room of Ada's."""
        made = await self.hub.create(Wish("Ada"), None)
        assert isinstance(made, Admission)
        return made

    async def live(self, code: str) -> LiveRoom:
        """That room."""
        live = await self.hub.find(code)
        assert isinstance(live, LiveRoom)
        return live


def test_codes_and_members_are_random_and_well_formed() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert len({new_member() for _ in range(200)}) == 200


async def test_making_a_room() -> None:
    scene = Scene()
    made = await scene.made()
    live = await scene.live(made.code)
    (ada,) = live.room.members
    assert (ada.id, ada.name, ada.role, live.room.revision) == (made.member, "Ada", Role.HOST, 1)
    assert live.room.title == "Ada’s room"
    (event,) = scene.store.events[made.code]
    assert event == Happened(1, 1000.0, None, Join(made.member, "Ada", Role.HOST))


async def test_only_digests_are_stored() -> None:
    scene = Scene()
    made = await scene.made()
    stored = scene.store.kept[made.code]
    assert made.link_secret is not None
    assert stored.link_digest == digest(made.link_secret)
    assert stored.resume_digests == {made.member: digest(made.resume_secret)}


@pytest.mark.parametrize(
    ("name", "title", "shown"),
    [
        ("Ada", "Friday", "Friday"),
        ("Ada", " \n", "Ada’s room"),
        ("\u200b", None, "Your room"),
        ("a" * 40, None, "a" * 33 + "’s room"),
    ],
)
async def test_every_room_has_a_title(name: str, title: str | None, shown: str) -> None:
    scene = Scene()
    made = await scene.hub.create(Wish(name), title)
    assert isinstance(made, Admission)
    assert (await scene.live(made.code)).room.title == shown


async def test_a_taken_code_is_not_used_again() -> None:
    scene = Scene(["AAAAAA", "AAAAAA", "BBBBBB"])
    assert (await scene.made()).code == "AAAAAA"
    assert (await scene.made()).code == "BBBBBB"
    full = Scene(["AAAAAA"] * (ATTEMPTS + 1))
    await full.made()
    assert await full.hub.create(Wish("Ben"), None) is Reason.UNAVAILABLE


async def test_joining_takes_the_link() -> None:
    scene = Scene()
    made = await scene.made()
    assert await scene.hub.join(made.code, Wish("Ben", "wrong")) is Reason.UNAUTHORIZED_COMMAND
    assert made.link_secret is not None
    joined = await scene.hub.join(made.code, Wish("Ben", made.link_secret))
    assert isinstance(joined, Admission)
    assert joined.link_secret is None
    live = await scene.live(made.code)
    assert [(m.name, m.role, m.presence) for m in live.room.members] == [
        ("Ada", Role.HOST, Presence.AWAY),
        ("Ben", Role.VIEWER, Presence.AWAY),
    ]


@pytest.mark.parametrize("code", ["ABCDEF", "", "abcdef", "ABCDE", "ABCDEFG", "ABC DE", "ABCDE0"])
async def test_what_is_not_there(code: str) -> None:
    hub = Scene().hub
    assert await hub.find(code) is Reason.NOT_FOUND
    assert await hub.join(code, Wish("Ben", "x")) is Reason.NOT_FOUND
    assert await hub.recognise(code, "m", "x") is Reason.NOT_FOUND
    assert await hub.leave(code, "m", "x") is Reason.NOT_FOUND
    assert await hub.end(code, "m", "x") is Reason.NOT_FOUND


async def test_recognising_a_member() -> None:
    scene = Scene()
    made = await scene.made()
    assert await scene.hub.recognise(made.code, made.member, made.resume_secret) is await scene.live(made.code)
    assert await scene.hub.recognise(made.code, made.member, "wrong") is Reason.UNAUTHORIZED_COMMAND
    assert await scene.hub.recognise(made.code, "nobody", made.resume_secret) is Reason.UNAUTHORIZED_COMMAND


async def test_leaving_by_rest() -> None:
    scene = Scene()
    made = await scene.made()
    live = await scene.live(made.code)
    link = FakeLink()
    live.attach(made.member, link)
    await settle()
    assert await scene.hub.leave(made.code, made.member, made.resume_secret) is None
    assert link.code == 1000
    assert live.room.members == ()
    assert await scene.hub.leave(made.code, made.member, made.resume_secret) is Reason.UNAUTHORIZED_COMMAND


async def test_an_ended_room_is_told_apart() -> None:
    scene = Scene()
    made = await scene.made()
    ben = await scene.hub.join(made.code, Wish("Ben", made.link_secret or ""))
    assert isinstance(ben, Admission)
    assert await scene.hub.end(made.code, ben.member, ben.resume_secret) is Reason.UNAUTHORIZED_COMMAND
    assert await scene.hub.end(made.code, made.member, made.resume_secret) is None
    assert await scene.hub.find(made.code) is Reason.ROOM_ENDED
    assert await scene.hub.join(made.code, Wish("Ben", made.link_secret or "")) is Reason.ROOM_ENDED


async def test_an_expired_room_is_told_apart_as_long_as_anybody_may_ask() -> None:
    scene = Scene()
    await scene.hub.start()
    made = await scene.made()
    await scene.clock.advance(24 * 3600.0)
    assert await scene.hub.find(made.code) is Reason.ROOM_EXPIRED
    await scene.clock.advance(Lifetimes().tombstone_s - 24 * 3600.0)
    assert await scene.hub.find(made.code) is Reason.ROOM_EXPIRED
    await scene.clock.advance(24 * 3600.0)
    assert await scene.hub.find(made.code) is Reason.NOT_FOUND
    await scene.hub.close()
    assert scene.clock.pending == []


async def test_what_cannot_be_cleaned_away_is_tried_again() -> None:
    scene = Scene()
    await scene.hub.start()
    made = await scene.made()
    await (await scene.live(made.code)).order(End())
    scene.store.broken = True
    await scene.clock.advance(Lifetimes().tombstone_s + 2 * CLEAN_EVERY_S)
    scene.store.broken = False
    assert await scene.hub.find(made.code) is Reason.ROOM_EXPIRED
    await scene.clock.advance(CLEAN_EVERY_S)
    assert await scene.hub.find(made.code) is Reason.NOT_FOUND


async def test_a_new_link_lets_in_and_the_old_one_no_more() -> None:
    scene = Scene()
    made = await scene.made()
    old = made.link_secret or ""
    assert (await scene.live(made.code)).room.link == mark_of(old)
    ben = await scene.hub.join(made.code, Wish("Ben", old))
    assert isinstance(ben, Admission)
    assert await scene.hub.renew_link(made.code, ben.member, ben.resume_secret) is Reason.UNAUTHORIZED_COMMAND
    assert await scene.hub.renew_link(made.code, made.member, "wrong") is Reason.UNAUTHORIZED_COMMAND
    new = await scene.hub.renew_link(made.code, made.member, made.resume_secret)
    assert not isinstance(new, Reason)
    live = await scene.live(made.code)
    assert live.room.link == mark_of(new) != mark_of(old)
    assert len(live.room.members) == 2
    assert await scene.hub.join(made.code, Wish("Cy", old)) is Reason.UNAUTHORIZED_COMMAND
    assert isinstance(await scene.hub.join(made.code, Wish("Cy", new)), Admission)
    await scene.hub.close()
    scene.hub = scene.another_hub()
    assert await scene.hub.join(made.code, Wish("Dee", old)) is Reason.UNAUTHORIZED_COMMAND
    assert isinstance(await scene.hub.join(made.code, Wish("Dee", new)), Admission)
    scene.store.broken = True
    assert await scene.hub.renew_link(made.code, made.member, made.resume_secret) is Reason.UNAVAILABLE


async def test_what_lives_is_known_without_the_store_and_also_while_it_fails() -> None:
    scene = Scene()
    made, ended = await scene.made(), await scene.made()
    await (await scene.live(ended.code)).order(End())
    assert [scene.hub.knows(code) for code in (made.code, ended.code, "ABCDEF")] == [True, False, False]
    scene.store.broken = True
    assert await (await scene.live(made.code)).order(Join("ben", "Ben", Role.VIEWER)) is Reason.UNAVAILABLE
    await settle()
    assert await scene.hub.find(made.code) is Reason.UNAVAILABLE
    assert scene.hub.knows(made.code)
    scene.store.broken = False
    await scene.live(made.code)
    assert scene.hub.knows(made.code)
    assert not scene.hub._unloaded


async def test_a_restart_brings_living_rooms_back() -> None:
    scene = Scene()
    made, ended = await scene.made(), await scene.made()
    await (await scene.live(ended.code)).order(End())
    await scene.hub.close()
    scene.clock.seconds = 400.0  # somebody set the machine's clock back meanwhile
    scene.hub = scene.another_hub()
    await scene.hub.start()
    assert list(scene.hub._live) == [made.code]
    live = await scene.live(made.code)
    await live.order(Join("ben", "Ben", Role.VIEWER))
    assert scene.store.events[made.code][-1].at >= 1000.0
    assert isinstance(await scene.hub.recognise(made.code, made.member, made.resume_secret), LiveRoom)


async def test_a_room_is_loaded_once() -> None:
    scene = Scene()
    made = await scene.made()
    await scene.hub.close()
    scene.hub = scene.another_hub()
    found = await asyncio.gather(*(scene.hub.find(made.code) for _ in range(5)))
    assert len({id(live) for live in found}) == 1


async def test_a_store_that_hangs_over_one_room_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    one, other = await scene.made(), await scene.made()
    await scene.hub.close()
    scene.hub = scene.another_hub()
    load, answers, asked = scene.store.load, asyncio.Event(), []

    async def load_late(code: str) -> object:
        asked.append(code)
        if code == one.code:
            await answers.wait()
        return await load(code)

    monkeypatch.setattr(scene.store, "load", load_late)
    waiting = [asyncio.create_task(scene.hub.find(one.code)) for _ in range(3)]
    await settle()
    assert isinstance(await asyncio.wait_for(scene.hub.find(other.code), 1), LiveRoom)
    waiting.pop().cancel()  # who goes away takes nothing from the others
    await settle()
    answers.set()
    first, second = await asyncio.gather(*waiting)
    assert isinstance(first, LiveRoom)
    assert first is second is await scene.hub.find(one.code)
    assert asked == [one.code, other.code]
    assert not scene.hub._loading


async def test_a_room_that_is_still_loading_when_the_hub_closes_does_not_come_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    made = await scene.made()
    await scene.hub.close()
    scene.hub = scene.another_hub()
    load, answers = scene.store.load, asyncio.Event()

    async def load_late(code: str) -> object:
        await answers.wait()
        return await load(code)

    monkeypatch.setattr(scene.store, "load", load_late)
    asking = asyncio.create_task(scene.hub.find(made.code))
    await settle()
    answers.set()
    await scene.hub.close()
    await asyncio.wait([asking])
    assert not scene.hub._live
    assert scene.clock.pending == []


async def test_a_room_given_up_is_loaded_again(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    made = await scene.made()
    before = await scene.live(made.code)
    scene.store.broken = True
    assert await scene.hub.join(made.code, Wish("Ben", made.link_secret or "")) is Reason.UNAVAILABLE
    assert await scene.hub.find(made.code) is Reason.UNAVAILABLE
    assert await scene.hub.create(Wish("Cy"), None) is Reason.UNAVAILABLE
    assert "room_not_loaded" in caplog.text
    scene.store.broken = False
    after = await scene.live(made.code)
    assert after is not before
    assert [member.name for member in after.room.members] == ["Ada"]


async def test_a_store_that_fails_halfway_makes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    create = scene.store.create

    async def create_and_break(room: Room, link_digest: bytes) -> None:
        await create(room, link_digest)
        scene.store.broken = True

    monkeypatch.setattr(scene.store, "create", create_and_break)
    assert await scene.hub.create(Wish("Ada"), None) is Reason.UNAVAILABLE


async def test_a_room_that_cannot_be_read_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()
    made, broken = await scene.made(), await scene.made()
    await scene.hub.close()
    scene.hub = scene.another_hub()
    load = scene.store.load

    async def load_some(code: str) -> object:
        scene.store.broken = code == broken.code
        try:
            return await load(code)
        finally:
            scene.store.broken = False

    monkeypatch.setattr(scene.store, "load", load_some)
    await scene.hub.start()
    assert list(scene.hub._live) == [made.code]
    lost = [record.__dict__["parts"] for record in caplog.records if record.msg == "room_not_back"]
    assert lost == [{"room": room_shadow(broken.code)}]


async def test_a_room_that_can_never_be_read_has_expired_with_the_others_and_is_forgotten_with_them() -> None:
    scene = Scene()
    made = await scene.made()
    await scene.hub.close()
    scene.store.unreadable.add(made.code)
    scene.hub = scene.another_hub()
    await scene.hub.start()
    assert await scene.hub.find(made.code) is Reason.UNAVAILABLE
    await scene.clock.advance(Lifetimes().longest_room_s + 1)
    assert await scene.hub.find(made.code) is Reason.ROOM_EXPIRED
    await scene.clock.advance(Lifetimes().tombstone_s + CLEAN_EVERY_S)
    assert await scene.hub.find(made.code) is Reason.NOT_FOUND
    assert await scene.store.rooms() == ()
    await scene.hub.close()


async def test_a_forgotten_room_does_not_push_out_its_successor() -> None:
    scene = Scene()
    made = await scene.made()
    old = await scene.live(made.code)
    await old.stop()
    new = await scene.live(made.code)
    scene.hub._forget(old)
    assert await scene.live(made.code) is new
