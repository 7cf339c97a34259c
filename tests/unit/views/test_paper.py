"""The page is touched only where something changed."""

from app.views.paper import Paper


class Element:
    """Counts what is written to it."""

    def __init__(self) -> None:
        self.writes: list[tuple[str, object]] = []

    def __setattr__(self, name: str, value: object) -> None:
        if name != "writes":
            self.writes.append((name, value))
        super().__setattr__(name, value)

    def setAttribute(self, name: str, value: str) -> None:  # noqa: N802
        self.writes.append((name, value))

    def removeAttribute(self, name: str) -> None:  # noqa: N802
        self.writes.append((name, None))


class Document:
    """Makes up an element for every id."""

    def __init__(self) -> None:
        self.documentElement = Element()
        self.elements: dict[str, Element] = {}

    def getElementById(self, name: str) -> Element:  # noqa: N802
        return self.elements.setdefault(name, Element())


def test_what_did_not_change_is_not_written_again() -> None:
    paper = Paper(document := Document())
    for words in ("one", "one", "two"):
        paper.text("line", words)
    assert document.elements["line"].writes == [("textContent", "one"), ("textContent", "two")]


def test_what_a_person_changed_is_written_again() -> None:
    paper = Paper(document := Document())
    paper.property("rate", "value", "1")
    paper.forget("rate", "value")
    paper.property("rate", "value", "1")
    assert len(document.elements["rate"].writes) == 2


def test_a_forbidden_control_tells_why() -> None:
    paper = Paper(document := Document())
    paper.allow("seek", False, "Seek", "Only the host")
    paper.allow("seek", True, "Seek", "Only the host")
    writes = document.elements["seek"].writes
    assert writes == [("disabled", True), ("title", "Only the host"), ("disabled", False), ("title", "Seek")]
