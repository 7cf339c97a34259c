"""The first screen: start a room, open a link, drop a film."""

from app.session.picture import Picture
from app.views.paper import Paper
from app.views.titles import title_of
from app.views.words import Words


def draw(paper: Paper, words: Words, picture: Picture) -> None:
    """Offer the remembered name and the public rooms, and show a start under way, or that there is no server."""
    offer_name(paper, "home-name", picture.name)
    paper.property("start", "disabled", picture.busy)
    paper.attribute("start", "aria-busy", "true" if picture.busy else None)
    paper.shown("unserved", picture.unserved)
    paper.shown("public", bool(picture.rooms))
    paper.rows("rooms", "room-row", [card.code for card in picture.rooms])
    for card in picture.rooms:
        row = f"rooms/{card.code}"
        paper.text(f"{row}/name", card.title)
        people = words.phrase("listed_full" if card.full else "listed_people", count=len(card.names))
        parts = (title_of(card.film).text if card.film else "", people)
        paper.text(f"{row}/state", " · ".join(part for part in parts if part))
        paper.attribute(f"{row}/visit", "data-item", card.code)


def offer_name(paper: Paper, field: str, name: str) -> None:
    """Put the remembered name into an empty field; what a person typed stays."""
    if name and not paper.element(field).value:
        paper.property(field, "value", name)
