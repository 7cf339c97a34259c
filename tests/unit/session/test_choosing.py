"""A person's part in finding a film together: Ada is the host, Ben a viewer, Cy a cohost."""

from dataclasses import replace
from typing import Any

import pytest

from app.room.deck import Ballot, Card, Filters, Stage, Vote, VoteRule, Wish
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Command,
    Do,
    DrawLots,
    FindAnother,
    OfferTaste,
    OpenBallot,
    SetVoteRule,
    StepOut,
    UndoCard,
)
from app.session import events as ev
from app.session.choosing import Choosing
from app.session.effects import AskFilm, Effect, LoadFilms, RememberTaste, SearchFilms, SendToServer
from app.session.picture import Choosing as Drawn
from app.session.picture import Picture, Screen, Seeing
from app.session.verdicts import MOST_RATED
from tests.unit.recommend.packs import two_camps
from tests.unit.session.parts import NOW, Parts, inside, showing

LOVED, HATED = ev.Verdict.LOVED, ev.Verdict.HATED
KNOWN = tuple(ev.KnownFilm(number, f"Film {number}", 1990 + number) for number in range(1, 6))
TASTE = ev.TasteRecalled(tuple(ev.Rated(film, LOVED) for film in KNOWN[:3]))
CARDS = (Card(8, "Heat", 1995), Card(9, "Fargo", 1996))
VOTING = Ballot(Stage.VOTING, voters=("ada", "ben", "cy"), cards=CARDS)


class Scene:
    """Somebody's part in a room with that ballot."""

    def __init__(self, ballot: Ballot | None = None, me: str = "ada") -> None:
        self.parts: Parts = inside(replace(showing(), ballot=ballot), me)
        self.parts.entrance.line.up()
        self.choosing = Choosing(self.parts.company, self.parts.wishes)

    def tell(self, event: Any) -> list[Effect]:
        return self.choosing.handlers()[type(event)](event, NOW)

    def asked(self, event: Any) -> list[Command]:
        return [
            effect.message.command
            for effect in self.tell(event)
            if isinstance(effect, SendToServer) and isinstance(effect.message, Do)
        ]

    def find(self) -> None:
        self.choosing.update(NOW)
        self.tell(ev.FilmsFound("", KNOWN, ("Drama",)))

    def rate(self, *numbers: int, verdict: ev.Verdict = LOVED) -> None:
        for number in numbers:
            self.tell(ev.FilmRated(number, verdict))

    @property
    def seen(self) -> Drawn:
        return self.choosing.picture()


def offered(*loved: int) -> list[Effect]:
    return [SendToServer(OfferTaste(loved))]


def test_to_find_a_film_together_a_ballot_is_opened() -> None:
    assert Scene().asked(ev.ChoosePressed()) == [OpenBallot()]
    assert Scene().seen.seeing is Seeing.NOTHING


def test_without_a_taste_well_known_films_are_asked_for_once() -> None:
    scene = Scene(Ballot())
    assert scene.choosing.update(NOW) == [SearchFilms("")]
    assert scene.choosing.update(NOW) == []
    assert scene.seen.found is None
    scene.tell(ev.FilmsFound("", KNOWN, ("Drama",)))
    assert (scene.seen.found, scene.seen.genres, scene.seen.seeing) == (KNOWN, ("Drama",), Seeing.RATING)


def test_a_taste_that_is_remembered_is_offered_when_the_ballot_is_met() -> None:
    scene = Scene(Ballot())
    scene.tell(TASTE)
    assert scene.choosing.update(NOW) == [*offered(1, 2, 3), SearchFilms("")]
    assert scene.choosing.update(NOW) == []
    assert scene.choosing.ready(NOW) == offered(1, 2, 3)


def test_an_interruption_leaves_a_search_as_it_is_and_repeats_one_that_failed() -> None:
    scene = Scene(Ballot())
    scene.find()
    scene.tell(ev.FilmsSearched("heat"))
    assert scene.choosing.ready(NOW) == []
    scene.tell(ev.FilmsFound("heat", None))
    assert (scene.seen.failed, scene.seen.query) == (True, "heat")
    assert scene.choosing.ready(NOW) == [SearchFilms("heat")]


def test_a_late_answer_takes_nothing_back() -> None:
    scene = Scene(Ballot())
    scene.find()
    scene.tell(ev.FilmsSearched("hea"))
    scene.tell(ev.FilmsSearched("heat"))
    scene.rate(1)
    scene.tell(ev.FilmsFound("hea", KNOWN[:2]))
    assert (scene.seen.found, scene.seen.rated) == (KNOWN, (ev.Rated(KNOWN[0], LOVED),))
    scene.tell(ev.FilmsFound("heat", KNOWN[3:]))
    assert (scene.seen.found, scene.seen.rated) == (KNOWN[3:], (ev.Rated(KNOWN[0], LOVED),))


def test_more_is_asked_of_a_card_only_where_there_is_more() -> None:
    scene = Scene(VOTING)
    scene.find()
    assert scene.choosing.update(NOW) == []
    scene.tell(ev.FilmsFound("", KNOWN, (), more=True))
    assert scene.choosing.update(NOW) == [AskFilm(8), AskFilm(9)]
    scene.tell(ev.FilmTold(8, ev.FilmLore("Two men meet.", 170)))
    assert (scene.seen.lore, scene.seen.lore_failed) == (ev.FilmLore("Two men meet.", 170), False)


def test_who_has_stepped_out_offers_nothing() -> None:
    scene = Scene(Ballot(out=("ada",)))
    scene.tell(TASTE)
    assert scene.choosing.update(NOW) == []
    assert scene.seen.seeing is Seeing.INVITED
    assert scene.tell(ev.ChoosePressed()) == offered(1, 2, 3)


def test_who_comes_back_without_a_taste_rates_first() -> None:
    scene = Scene(Ballot(out=("ada",)))
    scene.choosing.update(NOW)
    assert scene.tell(ev.ChoosePressed()) == [SearchFilms("")]
    assert scene.seen.seeing is Seeing.RATING


def test_a_verdict_is_kept_changed_and_taken_back() -> None:
    scene = Scene(Ballot())
    scene.find()
    assert scene.tell(ev.FilmRated(1, LOVED)) == [RememberTaste((ev.Rated(KNOWN[0], LOVED),))]
    assert scene.tell(ev.FilmRated(1, HATED)) == [RememberTaste((ev.Rated(KNOWN[0], HATED),))]
    assert scene.tell(ev.FilmRated(1, HATED)) == [RememberTaste(())]
    assert scene.tell(ev.FilmRated(99, LOVED)) == []


def test_three_verdicts_are_enough() -> None:
    scene = Scene(Ballot())
    scene.find()
    scene.rate(1, 2)
    assert (scene.seen.lacking, scene.tell(ev.ReadyPressed())) == (1, [])
    scene.rate(3, verdict=HATED)
    assert scene.seen.lacking == 0
    assert scene.tell(ev.ReadyPressed()) == [SendToServer(OfferTaste((1, 2), (), (3,)))]


def test_a_film_rated_long_ago_can_be_rated_anew() -> None:
    scene = Scene(Ballot())
    scene.tell(TASTE)
    assert scene.tell(ev.FilmRated(2, HATED))
    assert {one.known.film: one.verdict for one in scene.seen.rated} == {1: LOVED, 2: HATED, 3: LOVED}


def test_of_very_many_verdicts_the_last_are_kept() -> None:
    many = tuple(ev.Rated(ev.KnownFilm(number, "Film", 1990), LOVED) for number in range(MOST_RATED + 5))
    scene = Scene(Ballot())
    scene.tell(ev.TasteRecalled(many))
    assert len(scene.seen.rated) == MOST_RATED
    scene.find()
    scene.rate(1)
    assert len(scene.seen.rated) == MOST_RATED


def test_only_the_last_question_is_answered() -> None:
    scene = Scene(Ballot())
    assert scene.tell(ev.FilmsSearched("he")) == [SearchFilms("he")]
    assert scene.tell(ev.FilmsSearched("heat")) == [SearchFilms("heat")]
    assert scene.tell(ev.FilmsSearched("heat")) == []
    scene.tell(ev.FilmsFound("he", KNOWN))
    assert scene.seen.found is None
    scene.tell(ev.FilmsFound("heat", KNOWN[:1]))
    assert scene.seen.found == KNOWN[:1]


def test_a_catalogue_that_cannot_be_reached_is_told_and_asked_again() -> None:
    scene = Scene(Ballot())
    scene.choosing.update(NOW)
    scene.tell(ev.FilmsFound("", None))
    assert scene.seen.failed
    assert scene.tell(ev.FilmsSearched("")) == [SearchFilms("")]


@pytest.mark.parametrize(
    ("ballot", "event", "command"),
    [
        (VOTING, ev.VotePressed(Wish.WATCH), CastVote(8, Wish.WATCH)),
        (replace(VOTING, votes=(Vote("ada", Wish.SKIP),)), ev.VotePressed(Wish.SKIP), CastVote(8, None)),
        (replace(VOTING, at=1), ev.UndoPressed(), UndoCard(1)),
        (replace(VOTING, stage=Stage.MATCHED), ev.AnotherPressed(), FindAnother(8)),
        (replace(VOTING, stage=Stage.SPENT, at=2), ev.CardsPressed(), AskForCards()),
        (VOTING, ev.FiltersPicked("War", 1990), AskForCards(Filters(("War",), 1990, 1999))),
        (VOTING, ev.FiltersPicked("", None), AskForCards(Filters())),
        (VOTING, ev.MajorityPicked(True), SetVoteRule(VoteRule.MAJORITY)),
        (VOTING, ev.MajorityPicked(False), SetVoteRule(VoteRule.EVERYONE)),
        (
            replace(
                VOTING, votes=tuple(Vote(who, wish) for who, wish in zip(VOTING.voters, [*Wish, *Wish], strict=False))
            ),
            ev.LotsPressed(),
            DrawLots(8),
        ),
        (VOTING, ev.StepOutPressed(), StepOut()),
        (VOTING, ev.ChoosingEnded(), CloseBallot()),
    ],
)
def test_what_is_pressed_is_asked_of_the_room(ballot: Ballot, event: Any, command: Command) -> None:
    assert Scene(ballot).asked(event) == [command]


@pytest.mark.parametrize("event", [ev.VotePressed(Wish.WATCH), ev.UndoPressed(), ev.AnotherPressed(), ev.LotsPressed()])
def test_what_comes_too_late_asks_nothing(event: Any) -> None:
    assert Scene().tell(event) == []
    assert Scene(Ballot()).asked(event) == []


@pytest.mark.parametrize(
    ("ballot", "seeing"),
    [
        (Ballot(voters=("ada",)), Seeing.WAITING),
        (replace(VOTING, stage=Stage.DEALING), Seeing.DEALING),
        (VOTING, Seeing.VOTING),
        (replace(VOTING, stage=Stage.SPENT), Seeing.SPENT),
        (replace(VOTING, stage=Stage.MATCHED), Seeing.MATCHED),
        (replace(VOTING, voters=("ben",)), Seeing.RATING),
        (replace(VOTING, voters=("ben",), out=("ada",)), Seeing.INVITED),
    ],
)
def test_everybody_sees_where_they_are(ballot: Ballot, seeing: Seeing) -> None:
    assert Scene(ballot).seen.seeing is seeing


def test_who_is_waited_for_is_named() -> None:
    assert Scene(Ballot(voters=("ada",))).seen.awaited == ("Ben", "Cy")


def test_another_ballot_is_met_anew() -> None:
    scene = Scene(Ballot())
    scene.tell(TASTE)
    scene.choosing.update(NOW)
    scene.tell(ev.ChoosingEnded())
    assert scene.choosing.update(NOW) == []
    scene.tell(ev.ChoosePressed())
    assert scene.choosing.update(NOW) == offered(1, 2, 3)


def test_alone_the_server_is_not_asked_for_more_either() -> None:
    scene = Scene(VOTING)
    scene.choosing.update(NOW)
    scene.tell(ev.FilmsFound("", KNOWN, (), more=True))
    scene.tell(ev.AlonePressed())
    scene.tell(ev.FilmsLoaded(two_camps()))
    scene.choosing.update(NOW)
    for known in (scene.seen.found or ())[:3]:
        scene.tell(ev.FilmRated(known.film, LOVED))
    scene.tell(ev.ReadyPressed())
    assert scene.seen.seeing is Seeing.VOTING
    assert scene.choosing.update(NOW) == []


def test_who_chose_alone_first_asks_the_server_for_all_there_is_in_a_room() -> None:
    scene = Scene(VOTING)
    scene.tell(ev.AlonePressed())
    scene.tell(ev.FilmsLoaded(two_camps()))
    scene.choosing.update(NOW)
    scene.tell(ev.FilmsSearched("heat"))
    scene.choosing.alone.end()
    assert scene.choosing.update(NOW) == [SearchFilms("")]
    assert (scene.seen.query, scene.seen.found) == ("", None)
    scene.tell(ev.FilmsFound("", KNOWN, (), more=True))
    assert scene.choosing.update(NOW) == [AskFilm(8), AskFilm(9)]


def test_alone_nobody_is_asked() -> None:
    scene = Scene()
    assert scene.tell(ev.AlonePressed()) == [LoadFilms()]
    assert scene.choosing.update(NOW) == []
    scene.tell(ev.FilmsLoaded(two_camps()))
    assert scene.seen.found
    for known in scene.seen.found[:3]:
        scene.tell(ev.FilmRated(known.film, LOVED))
    assert scene.tell(ev.ReadyPressed()) == []
    assert scene.seen.seeing is Seeing.VOTING
    assert scene.tell(ev.VotePressed(Wish.WATCH)) == []
    assert scene.seen.seeing is Seeing.MATCHED
    assert scene.choosing.home(Picture()).screen is Screen.ALONE
    scene.tell(ev.ChoosingEnded())
    assert scene.choosing.home(Picture()) == Picture()
    scene.tell(ev.FilmsLoaded(None))
    assert scene.seen.seeing is Seeing.NOTHING
