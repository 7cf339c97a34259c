"""The first screen: start a room, open a link, drop a film."""

from app.session.picture import Picture
from app.views.paper import Paper


def draw(paper: Paper, picture: Picture) -> None:
    """Offer the remembered name, and show that a start is under way."""
    offer_name(paper, "home-name", picture.name)
    paper.property("start", "disabled", picture.busy)
    paper.attribute("start", "aria-busy", "true" if picture.busy else None)


def offer_name(paper: Paper, field: str, name: str) -> None:
    """Put the remembered name into an empty field; what a person typed stays."""
    if name and not paper.element(field).value:
        paper.property(field, "value", name)
