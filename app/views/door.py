"""Who is at the door, and what the host says of it: open to everybody or not, with a password or without."""

from app.session.picture import Activity, Deed, Picture
from app.views.paper import Paper
from app.views.titles import hue_of
from app.views.words import Words


class Door:
    """A password stays in its field until the room tells that it is asked for: one that did not arrive is not lost."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self._told = 0

    def draw(self, picture: Picture) -> None:
        """Show the callers to those who may let them in, and the settings."""
        paper = self._paper
        callers = picture.callers if picture.may.admit else ()
        paper.shown("callers", bool(callers))
        paper.rows("callers", "caller-row", [caller.id for caller in callers])
        for caller in callers:
            row = f"callers/{caller.id}"
            paper.text(f"{row}/avatar", caller.name[:1].upper())
            paper.style(f"{row}/avatar", "--hue", str(hue_of(caller.name)))
            paper.text(f"{row}/name", caller.name)
            paper.text(f"{row}/state", self._words.phrase("at_door"))
            for part, label in (("in", "let_in"), ("away", "turn_away")):
                paper.attribute(f"{row}/{part}", "data-item", caller.id)
                paper.attribute(f"{row}/{part}", "aria-label", self._words.phrase(label, name=caller.name))
        paper.shown("door", picture.may.lead)
        paper.property("public-room", "checked", picture.public)
        paper.text("password-state", self._words.phrase("password_set" if picture.has_password else "password_none"))
        paper.shown("no-password", picture.has_password)
        if has_locked(picture.activity, self._told):
            paper.element("room-password").value = ""
        self._told = picture.activity[-1].number if picture.activity else 0


def has_locked(activity: tuple[Activity, ...], since: int) -> bool:
    """Whether after the activity of that number it is told that we set a password."""
    return any(one.number > since and one.deed is Deed.LOCKED and one.mine for one in activity)
