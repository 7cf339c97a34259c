"""What stands on a card beyond its title."""

from typing import Any

import pytest

from app.room.deck import Ballot, Card, Lack, Stage
from app.session.picture import Choosing, Seeing
from app.views.english import ENGLISH
from app.views.lore import Lore
from app.views.words import Words


class Sheet:
    """Remembers the words on it."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def text(self, name: str, words: str) -> None:
        self.words[name] = words

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


@pytest.mark.parametrize(
    ("lack", "words"),
    [(Lack.MODEL, "the language model did not answer"), (Lack.TASTES, "before everybody was back"), (None, "")],
)
def test_a_card_says_what_its_deck_was_made_without(lack: Lack | None, words: str) -> None:
    sheet: Any = Sheet()
    ballot = Ballot(Stage.VOTING, cards=(Card(8, "Heat", 1995),), lacks=lack)
    Lore(sheet, Words(ENGLISH)).draw(Choosing(seeing=Seeing.VOTING, ballot=ballot))
    assert words in sheet.words["card-lacks"]
    assert bool(words) == bool(sheet.words["card-lacks"])
