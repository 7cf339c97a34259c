"""What can be asked of a ballot."""

from app.room.deck import Ballot, Card, Vote, Wish


def test_the_card_that_is_up_stands_at_the_place() -> None:
    cards = (Card(1, "Heat", 1995), Card(2, "Fargo", 1996))
    assert Ballot(cards=cards, at=1).card == cards[1]
    assert Ballot(cards=cards, at=2).card is None
    assert Ballot().card is None


def test_a_wish_is_a_members_own() -> None:
    ballot = Ballot(votes=(Vote("ada", Wish.SKIP),))
    assert ballot.wish("ada") is Wish.SKIP
    assert ballot.wish("ben") is None
