"""A guest at the door: who is there, what is on, one click."""

from app.session.picture import Card, Picture
from app.views import poster
from app.views.home import offer_name
from app.views.paper import Paper
from app.views.titles import Title, title_of
from app.views.words import Words


def draw(paper: Paper, words: Words, picture: Picture) -> None:
    """Show the room's card, or a ticket while it is not known."""
    card = picture.card
    offer_name(paper, "join-name", picture.name)
    paper.text("arriving-room", card.title if card and card.title else words.phrase("you_are_invited"))
    paper.text("arriving-who", words.waiting(card))
    paper.text("arriving-what", words.programme(card))
    paper.text("join", words.phrase("knock" if card and card.knocks else "join"))
    paper.shown("join-password-field", bool(card and card.needs_password))
    paper.shown("knocking", picture.knocking)
    full = bool(card and card.full)
    paper.text("arriving-full", words.phrase("full") if full else "")
    paper.shown("arriving-full", full)
    paper.property("join", "disabled", picture.busy or full)
    paper.attribute("join", "aria-busy", "true" if picture.busy else None)
    _draw_poster(paper, words, card)


def _draw_poster(paper: Paper, words: Words, card: Card | None) -> None:
    if card and card.film:
        title = title_of(card.film)
        poster.draw(paper, "arriving-poster", card.film, title, words.phrase("now_showing"), title.year)
    else:
        title = Title(words.phrase("admit_one"))
        kept = words.phrase("sold_out" if card and card.full else "place_kept")
        poster.draw(paper, "arriving-poster", "", title, words.phrase("tonight"), kept)
