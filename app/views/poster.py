"""A film's drawn poster, for as long as its picture is not there."""

from app.views.paper import Paper
from app.views.titles import Title, art_of, hue_of

_LONG_TITLE = 18


def draw(paper: Paper, name: str, key: str, title: Title, top: str, foot: str) -> None:
    """Fill the poster of that id; `key` decides its colours and its art, and stays with the film."""
    paper.text(f"{name}-title", title.text)
    paper.attribute(f"{name}-title", "data-length", "long" if len(title.text) > _LONG_TITLE else None)
    paper.text(f"{name}-top", top)
    paper.text(f"{name}-foot", foot)
    paper.style(name, "--hue", str(hue_of(key)))
    paper.attribute(name, "data-art", str(art_of(key)))
