"""What the host may do about somebody: a dialog for one person at a time."""

from collections.abc import Callable

from app.room.state import Role
from app.session.picture import Person, Picture
from app.views.paper import Paper
from app.views.words import Words

DEEDS = ("make-cohost", "make-viewer", "make-host", "put-out", "ban")


class Moderation:
    """`deeds` are the names that `hands` passes on, each with the member it is about."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self._picture = Picture()
        self._about = ""
        self.deeds: dict[str, Callable[[str], None]] = {"manage": self._open}

    def draw(self, picture: Picture) -> None:
        """Bring the rows' buttons, and the dialog if it is open, to the picture."""
        self._picture = picture
        for person in picture.people:
            row = f"people/{person.id}"
            self._paper.shown(f"{row}/manage", can_manage(picture, person))
            self._paper.attribute(f"{row}/manage", "data-item", person.id)
            label = self._words.phrase("manage", name=person.name)
            self._paper.attribute(f"{row}/manage", "aria-label", label)
            self._paper.attribute(f"{row}/manage", "title", label)
        if self._about:
            self._draw_dialog()

    def done(self) -> None:
        """The person has chosen."""
        self._about = ""
        self._paper.element("person-dialog").close()

    def _open(self, member: str) -> None:
        self._about = member
        if self._draw_dialog():
            self._paper.element("person-dialog").showModal()

    def _draw_dialog(self) -> bool:
        """Whether there is still somebody it could be about."""
        person = next((one for one in self._picture.people if one.id == self._about), None)
        if person is None or not can_manage(self._picture, person):
            self.done()
            return False
        self._paper.text("person-title", person.name)
        for deed in DEEDS:
            self._paper.attribute(deed, "data-item", person.id)
        self._paper.shown("make-cohost", person.role is not Role.COHOST)
        self._paper.shown("make-viewer", person.role is Role.COHOST)
        self._paper.shown("make-host", not self._picture.acting_for)
        return True


def can_manage(picture: Picture, person: Person) -> bool:
    """Whether there is anything that may be done about them."""
    return picture.may.lead and not person.me and person.role is not Role.HOST


def acting(words: Words, picture: Picture) -> str:
    """Who acts for the host, or nothing."""
    host = next((person for person in picture.people if person.role is Role.HOST), None)
    if not picture.acting_for or host is None:
        return ""
    key = "acting_yourself" if host.me else "acting_for"
    return words.phrase(key, name=picture.acting_for, acting=host.name)
