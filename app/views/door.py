"""Who is at the door, and what the host says of it: open to everybody or not, with a password or without."""

from app.session.picture import Picture
from app.views.paper import Paper
from app.views.titles import hue_of
from app.views.words import Words


def draw(paper: Paper, words: Words, picture: Picture) -> None:
    """Show the callers to those who may let them in, and the settings."""
    callers = picture.callers if picture.may.admit else ()
    paper.shown("callers", bool(callers))
    paper.rows("callers", "caller-row", [caller.id for caller in callers])
    for caller in callers:
        row = f"callers/{caller.id}"
        paper.text(f"{row}/avatar", caller.name[:1].upper())
        paper.style(f"{row}/avatar", "--hue", str(hue_of(caller.name)))
        paper.text(f"{row}/name", caller.name)
        paper.text(f"{row}/state", words.phrase("at_door"))
        for part, label in (("in", "let_in"), ("away", "turn_away")):
            paper.attribute(f"{row}/{part}", "data-item", caller.id)
            paper.attribute(f"{row}/{part}", "aria-label", words.phrase(label, name=caller.name))
    paper.shown("door", picture.may.lead)
    paper.property("public-room", "checked", picture.public)
    paper.text("password-state", words.phrase("password_set" if picture.has_password else "password_none"))
    paper.shown("no-password", picture.has_password)
