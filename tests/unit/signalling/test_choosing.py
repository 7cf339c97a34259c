"""The server's part in a ballot, with the clock and the room in the test's hands."""

import asyncio
from pathlib import Path

import pytest

from app.room.deck import Card, Lack, Stage, Wish
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Command,
    Deal,
    DrawLots,
    Leave,
    OfferTaste,
    OpenBallot,
    SetPresence,
    StepOut,
    TasteGiven,
)
from app.room.reducer import Applied, apply
from app.room.state import Presence, Room
from signalling.choosing import TASTES_WITHIN_S, Choosing
from signalling.desk import Desk
from signalling.recommendations import PACK, NoPackError, Recommendations
from tests.unit.room.rooms import ADA, BEN, room
from tests.unit.signalling.fakes import Clock

LIKES_SPACE = OfferTaste((260, 1196), (2571,), (1721,))
LIKES_CRIME = OfferTaste((858, 296), (593,))
RECOMMENDATIONS = Recommendations()


class Scene:
    """Ada and Ben, and everything the server ordered."""

    def __init__(self, shown: Room | None = None, recommendations: Recommendations = RECOMMENDATIONS) -> None:
        self.clock = Clock()
        self.room = shown or room(ADA, BEN)
        self.ordered: list[Command] = []
        self.choosing = Choosing(
            recommendations, Desk(self.clock.now, self.clock.schedule, lambda: self.room, self.order)
        )

    def order(self, command: Command) -> None:
        self.ordered.append(command)
        self.do(command, None)

    def do(self, command: Command, by: str | None = "ada") -> None:
        applied = apply(self.room, command, by, self.clock.now())
        assert isinstance(applied, Applied), applied
        self.room = applied.room
        self.choosing.look()

    async def gather(self) -> None:
        self.do(OpenBallot())
        self.choosing.offered("ada", LIKES_SPACE)
        self.choosing.offered("ben", LIKES_CRIME)
        await self.clock.advance(0.0)
        await self.clock.advance(0.0)

    @property
    def stage(self) -> Stage | None:
        return self.room.ballot.stage if self.room.ballot else None

    def cards(self) -> list[int]:
        assert self.room.ballot is not None
        return [card.film for card in self.room.ballot.cards]

    @property
    def lacks(self) -> Lack | None:
        assert self.room.ballot is not None
        return self.room.ballot.lacks


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_deck_of_fifteen_comes_when_everybody_has_a_taste(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    await scene.clock.advance(10.0)
    assert scene.ordered == [TasteGiven("ada")]
    scene.choosing.offered("ben", LIKES_CRIME)
    await scene.clock.advance(0.0)
    await scene.clock.advance(0.0)
    assert [type(command) for command in scene.ordered] == [TasteGiven, TasteGiven, AskForCards, Deal]
    assert len(set(scene.cards())) == 15
    assert not {260, 1196, 2571, 1721, 858, 296, 593} & set(scene.cards())
    ballot = scene.room.ballot
    assert ballot is not None
    assert any(reason.member == "ada" for card in ballot.cards for reason in card.reasons)


async def test_more_are_never_the_same(scene: Scene) -> None:
    await scene.gather()
    first = scene.cards()
    for film in first:
        scene.do(CastVote(film, Wish.SKIP), "ada")
        scene.do(CastVote(film, Wish.SKIP), "ben")
    assert scene.stage is Stage.SPENT
    scene.do(AskForCards(), "ben")
    await scene.clock.advance(0.0)
    assert len(set(scene.cards())) == 15
    assert not set(first) & set(scene.cards())


async def test_after_a_restart_a_deck_waits_for_tastes_and_no_longer(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.do(TasteGiven("ben"), None)
    scene.do(AskForCards())
    revived = Scene(scene.room)
    revived.choosing.look()
    revived.choosing.offered("ada", LIKES_SPACE)
    await revived.clock.advance(TASTES_WITHIN_S - 0.1)
    assert revived.stage is Stage.DEALING
    await revived.clock.advance(0.2)
    assert revived.stage is Stage.VOTING
    assert not {260, 1196} & set(revived.cards())


async def test_after_a_restart_the_moment_begins_when_the_first_is_back(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.do(TasteGiven("ben"), None)
    scene.do(AskForCards())
    revived = Scene(scene.room)
    for who in ("ada", "ben"):
        revived.do(SetPresence(who, Presence.AWAY), None)
    await revived.clock.advance(TASTES_WITHIN_S + 5.0)
    assert revived.stage is Stage.DEALING
    revived.do(SetPresence("ada", Presence.HERE), None)
    revived.choosing.offered("ada", LIKES_SPACE)
    await revived.clock.advance(TASTES_WITHIN_S - 0.1)
    assert revived.stage is Stage.DEALING
    await revived.clock.advance(0.2)
    assert (revived.stage, revived.lacks) == (Stage.VOTING, Lack.TASTES)

    # Whoever comes later has their say on what is ahead, and nothing is missing any more.
    first, hated, *others = revived.cards()
    revived.choosing.offered("ben", OfferTaste(hated=(first, hated)))
    assert (revived.cards(), revived.lacks) == ([first, *others], None)


async def test_what_a_newcomer_hates_is_left_out_of_what_is_ahead(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.do(StepOut(), "ben")
    await scene.clock.advance(0.0)
    first, second, *others = scene.cards()
    scene.choosing.offered("ben", OfferTaste(loved=(858,), hated=(second,)))
    assert scene.cards() == [first, *others]
    scene.choosing.offered("ben", OfferTaste(loved=(858,), hated=(second, others[-1])))
    assert (scene.cards(), scene.lacks) == ([first, *others[:-1]], None)
    before = len(scene.ordered)
    scene.choosing.offered("ben", LIKES_CRIME)
    assert len(scene.ordered) == before


async def test_after_a_restart_it_deals_at_once_when_all_tastes_are_back(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.do(TasteGiven("ada"), None)
    scene.do(AskForCards())
    revived = Scene(scene.room)
    revived.choosing.look()
    revived.choosing.offered("ada", LIKES_SPACE)
    await revived.clock.advance(0.0)
    assert revived.stage is Stage.VOTING


async def test_who_steps_out_in_the_gathering_is_not_waited_for(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.do(StepOut(), "ben")
    await scene.clock.advance(0.0)
    await scene.clock.advance(0.0)
    assert scene.stage is Stage.VOTING


async def test_a_taste_without_a_ballot_or_of_a_stranger_is_passed_over(scene: Scene) -> None:
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.do(OpenBallot())
    scene.choosing.offered("eve", LIKES_SPACE)
    assert scene.ordered == []


async def test_when_the_host_leaves_nothing_is_dealt(scene: Scene) -> None:
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.choosing.offered("ben", LIKES_SPACE)
    scene.do(Leave(), "ada")
    await scene.clock.advance(5.0)
    assert scene.stage is None
    assert scene.ordered == [TasteGiven("ada"), TasteGiven("ben")]


async def test_without_a_pack_the_deck_is_empty(tmp_path: Path) -> None:
    scene = Scene(recommendations=Recommendations(tmp_path / "none.pack"))
    await scene.gather()
    assert scene.stage is Stage.SPENT
    assert scene.cards() == []
    assert scene.room.ballot is not None
    assert scene.room.ballot.lacks is Lack.FILMS


class Advised(Recommendations):
    """With a model that thinks until it is told what to say."""

    def __init__(self, pack: Path = PACK) -> None:
        super().__init__(pack)
        self.asked = 0
        self.word: asyncio.Future[tuple[tuple[Card, ...], Lack | None]] = asyncio.get_running_loop().create_future()

    @property
    def asks(self) -> bool:
        return True

    async def advised_cards(self, *asked: object, **more: object) -> tuple[tuple[Card, ...], Lack | None]:
        self.asked += 1
        return await self.word

    def says(self, word: object) -> None:
        if isinstance(word, Exception):
            self.word.set_exception(word)
        else:
            self.word.set_result(((Card(7, "Metropolis", 1927, why="Because of the robot."),), None))


async def advised() -> tuple[Scene, Advised]:
    recommendations = Advised()
    scene = Scene(recommendations=recommendations)
    await scene.gather()
    await settle()
    assert scene.stage is Stage.DEALING
    return scene, recommendations


async def settle() -> None:
    """Let tasks have their turns."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_model_has_its_word_and_is_asked_once() -> None:
    scene, model = await advised()
    scene.choosing.look()
    await scene.clock.advance(0.0)
    model.says("films")
    await settle()
    assert (scene.cards(), model.asked, scene.stage) == ([7], 1, Stage.VOTING)


@pytest.mark.parametrize("error", [RuntimeError("a mistake"), NoPackError()])
async def test_whatever_a_model_does_the_deck_comes(error: Exception) -> None:
    scene, model = await advised()
    model.says(error)
    await settle()
    assert (len(scene.cards()), scene.lacks) == (15, Lack.MODEL)


async def test_a_word_on_tastes_that_have_changed_since_does_not_count() -> None:
    scene, model = await advised()
    scene.choosing.offered("ben", OfferTaste(hated=(7,)))
    model.says("films")
    await settle()
    assert (len(scene.cards()), scene.lacks) == (15, Lack.MODEL)
    assert 7 not in scene.cards()


async def test_who_ends_the_choosing_waits_for_no_model() -> None:
    scene, model = await advised()
    scene.do(CloseBallot())
    await settle()
    assert scene.stage is None
    assert model.word.cancelled()
    await scene.gather()
    await settle()
    assert (scene.stage, model.asked) == (Stage.DEALING, 2)


async def test_who_ends_the_choosing_before_the_model_was_even_asked_may_choose_again() -> None:
    recommendations = Advised()
    scene = Scene(recommendations=recommendations)
    scene.do(OpenBallot())
    scene.choosing.offered("ada", LIKES_SPACE)
    scene.choosing.offered("ben", LIKES_CRIME)
    for _ in ("cards are asked for", "the model is asked"):
        scene.clock.pending[0].callback()
    scene.do(CloseBallot())  # before the task had its first turn
    await settle()
    assert (scene.stage, recommendations.asked) == (None, 0)
    await scene.gather()
    await settle()
    assert (scene.stage, recommendations.asked) == (Stage.DEALING, 1)


async def test_a_model_asked_for_a_deck_that_nobody_wants_any_more_holds_no_other_up() -> None:
    scene, model = await advised()
    scene.do(StepOut(), "ben")
    scene.do(CloseBallot())
    scene.do(OpenBallot())
    scene.do(StepOut(), "ben")
    scene.choosing.offered("ada", LIKES_SPACE)
    model.word = asyncio.get_running_loop().create_future()
    for _ in range(3):
        await scene.clock.advance(0.0)
        await settle()
    assert (scene.stage, model.asked) == (Stage.DEALING, 2)
    model.says("films")
    await settle()
    assert scene.cards() == [7]


def restarted_before_the_cards(scene: Scene) -> tuple[Scene, Advised]:
    """Everybody has asked for cards; then the server restarts, and knows of no taste any more."""
    scene.do(OpenBallot())
    scene.do(TasteGiven("ada"), None)
    scene.do(AskForCards())
    recommendations = Advised()
    revived = Scene(scene.room, recommendations)
    revived.choosing.look()
    return revived, recommendations


async def test_tastes_that_come_back_late_leave_no_time_for_a_model(scene: Scene) -> None:
    revived, recommendations = restarted_before_the_cards(scene)
    await revived.clock.advance(TASTES_WITHIN_S - 0.1)
    revived.choosing.offered("ada", LIKES_SPACE)
    await revived.clock.advance(0.0)
    await settle()
    assert (revived.stage, recommendations.asked) == (Stage.VOTING, 0)


async def test_after_waiting_for_tastes_there_is_no_time_for_a_model(scene: Scene) -> None:
    revived, recommendations = restarted_before_the_cards(scene)
    await revived.clock.advance(TASTES_WITHIN_S + 0.1)
    assert (revived.stage, recommendations.asked) == (Stage.VOTING, 0)


def test_lots_fall_either_way(scene: Scene) -> None:
    fallen = {scene.choosing.settled(DrawLots(1)).wish for _ in range(100)}
    assert fallen == {Wish.SKIP, Wish.WATCH}
