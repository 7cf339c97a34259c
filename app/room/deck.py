"""What a room chooses by: the cards of a deck, the votes on the one that is up, and how far the choosing is.

Films are named by the numbers of the server's data pack. See `ballot` for the rules.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.room.bounds import FilmNumber, FilmTitle, Genre, Identifier, Why, Year


class Stage(StrEnum):
    """The life of a ballot: tastes are gathered, a deck is made, votes are cast, and a film is found or none was."""

    GATHERING = "gathering"
    DEALING = "dealing"
    VOTING = "voting"
    SPENT = "spent"
    MATCHED = "matched"


class Wish(StrEnum):
    """What somebody wants to do about the card that is up."""

    SKIP = "skip"
    WATCH = "watch"


class VoteRule(StrEnum):
    """How many have to agree; a majority needs more than two voters."""

    EVERYONE = "everyone"
    MAJORITY = "majority"


class Lack(StrEnum):
    """What a deck was made without: the list of films, so that it is empty; the language model, which was asked; the
    taste of somebody, which the server had forgotten."""

    FILMS = "films"
    MODEL = "model"
    TASTES = "tastes"


@dataclass(frozen=True, slots=True)
class Because:
    """Why a film is in the deck: `member` loved the film of that title, or only liked it."""

    member: Identifier
    title: FilmTitle
    loved: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """A film to vote on. `why` is a language model's sentence, where one was asked and chose the film."""

    film: FilmNumber
    title: FilmTitle
    year: Year
    genres: tuple[Genre, ...] = ()
    reasons: tuple[Because, ...] = ()
    why: Why = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member wants with the card that is up."""

    member: Identifier
    wish: Wish


@dataclass(frozen=True, slots=True)
class Filters:
    """What films must be: of one of these genres, if any are named, and of these years, both inclusive."""

    genres: tuple[Genre, ...] = ()
    from_year: Year | None = None
    to_year: Year | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A room that chooses. `voters` have given a taste, `out` have stepped out.

    The card that is up is the one `at` that place; `shown` were up in decks before this one. This one
    was made without what it `lacks`.
    """

    stage: Stage = Stage.GATHERING
    voters: tuple[Identifier, ...] = ()
    out: tuple[Identifier, ...] = ()
    rule: VoteRule = VoteRule.EVERYONE
    filters: Filters = field(default_factory=Filters)
    cards: tuple[Card, ...] = ()
    at: int = 0
    votes: tuple[Vote, ...] = ()
    shown: tuple[FilmNumber, ...] = ()
    skipped: tuple[FilmNumber, ...] = ()
    lacks: Lack | None = None

    @property
    def card(self) -> Card | None:
        """The card that is up, or was found."""
        return self.cards[self.at] if self.at < len(self.cards) else None

    def wish(self, member: str) -> Wish | None:
        """What a member wants with it."""
        return next((vote.wish for vote in self.votes if vote.member == member), None)
