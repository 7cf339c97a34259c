"""The page is touched only where something changed."""

from hypothesis import given
from hypothesis import strategies as st

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
        self.activeElement: object = None
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


class Row(Element):
    """One of a list; knows how often it was put somewhere."""

    def __init__(self, rows: "list[Row]") -> None:
        super().__init__()
        self.home, self.moves, self.focused = rows, 0, 0

    def querySelectorAll(self, _: str) -> tuple[()]:  # noqa: N802
        return ()

    def focus(self) -> None:
        self.focused += 1

    def remove(self) -> None:
        self.home.remove(self)


class Rows(Element):
    """A list, and the template of its rows in one."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.content = self.firstElementChild = self

    def contains(self, held: object) -> bool:
        return held in self.rows

    def cloneNode(self, _: bool) -> Row:  # noqa: N802
        return Row(self.rows)

    def insertBefore(self, row: Row, before: Row | None) -> None:  # noqa: N802
        row.moves += 1
        if row in self.rows:
            self.rows.remove(row)
        self.rows.insert(self.rows.index(before) if before else len(self.rows), row)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=6))
def test_a_list_holds_what_was_last_wanted_and_rows_that_stay_in_order_are_not_touched(lists: list[list[str]]) -> None:
    document = Document()
    document.elements["list"] = document.elements["row"] = table = Rows()
    paper, had = Paper(document), dict[str, Row]()
    for wanted in lists:
        before, moves = list(had), {key: row.moves for key, row in had.items()}
        paper.rows("list", "row", wanted)
        rows = dict(zip(wanted, table.rows, strict=True))
        assert all(rows[key] is had[key] for key in wanted if key in had)
        if [key for key in before if key in wanted] == [key for key in wanted if key in before]:
            assert all(rows[key].moves == moves[key] for key in wanted if key in had)
        had = rows


def test_what_has_the_focus_keeps_it_when_its_row_moves() -> None:
    document = Document()
    document.elements["list"] = document.elements["row"] = table = Rows()
    paper = Paper(document)
    paper.rows("list", "row", "abc")
    document.activeElement = held = table.rows[2]
    paper.rows("list", "row", "acb")
    assert table.rows[1] is held
    assert held.focused == 1
    paper.rows("list", "row", "ab")
    assert held.focused == 1
