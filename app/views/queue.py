"""The programme: what is on, what comes after, what is being prepared."""

from app.room.state import Item
from app.session.picture import Picture
from app.views.paper import Paper
from app.views.titles import hue_of, title_of
from app.views.words import Words, prepared_share


def draw(paper: Paper, words: Words, picture: Picture) -> None:
    """Show the queue and what a person may do with it."""
    paper.rows("queue", "queue-row", [item.id for item in picture.queue])
    paper.text("queue-count", str(len(picture.queue) or ""))
    for item in picture.queue:
        _draw_item(paper, words, item, picture)
        _draw_places(paper, words, item, picture)
    preparing = picture.preparing if picture.current else None
    paper.shown("queue-panel", bool(picture.queue or picture.current))
    paper.shown("queue-empty", not picture.queue and preparing is None)
    paper.shown("preparing", preparing is not None)
    if preparing:
        paper.text("preparing-words", words.preparing(preparing))
        paper.property("preparing-progress", "value", round(prepared_share(preparing), 3))
    paper.property("queue-film", "disabled", not picture.may.add)
    paper.attribute("queue-add", "title", None if picture.may.add else words.phrase("only_host_adds"))


def _draw_item(paper: Paper, words: Words, item: Item, picture: Picture) -> None:
    row, title = f"queue/{item.id}", title_of(item.film.name)
    on = picture.current is not None and picture.current.id == item.id
    paper.text(f"{row}/name", title.text)
    paper.text(f"{row}/state", words.item(item, on))
    paper.text(f"{row}/thumb", title.text[:1].upper())
    paper.style(f"{row}/thumb", "--hue", str(hue_of(item.film.name)))
    paper.attribute(row, "data-current", "" if on else None)
    paper.attribute(f"{row}/pick", "data-item", item.id)
    paper.attribute(f"{row}/remove", "data-item", item.id)
    pick = words.phrase("pick", film=title.text)
    paper.allow(f"{row}/pick", picture.may.choose and not on, pick, "" if on else words.phrase("only_host_chooses"))
    paper.shown(f"{row}/remove", picture.may.choose)
    paper.attribute(f"{row}/remove", "aria-label", words.phrase("remove", film=title.text))
    paper.attribute(f"{row}/remove", "title", words.phrase("remove", film=title.text))


def _draw_places(paper: Paper, words: Words, item: Item, picture: Picture) -> None:
    """The buttons that move it. At the end of the queue one has nothing to do, and keeps the focus all the same."""
    ends = {"up": picture.queue[0], "down": picture.queue[-1]}
    paper.shown(f"queue/{item.id}/places", picture.may.choose and len(picture.queue) > 1)
    for way, end in ends.items():
        button = f"queue/{item.id}/{way}"
        label = words.phrase(f"move_{way}", film=title_of(item.film.name).text)
        paper.attribute(button, "data-item", item.id)
        paper.attribute(button, "aria-label", label)
        paper.attribute(button, "title", label)
        paper.attribute(button, "aria-disabled", "true" if item is end else None)
