"""The page's elements, each written only when what it should show has changed.

Views say at every draw how everything should look; this memory turns that into
the few calls to the browser that make a difference. Text goes in as text, never
as HTML. An element is named by its id, one inside a row by `list/key/part`.
"""

from collections.abc import Sequence
from typing import Any

ROOT = "html"


class Paper:
    """What stands on the page, by name."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._elements: dict[str, Any] = {ROOT: document.documentElement}
        self._written: dict[tuple[str, str], object] = {}
        self._rows: dict[str, tuple[str, ...]] = {}

    def element(self, name: str) -> Any:
        """The element itself, for what cannot be written (playing, focusing)."""
        found = self._elements.get(name)
        if found is None:
            found = self._elements[name] = self._document.getElementById(name)
        return found

    def text(self, name: str, value: str) -> None:
        """Its words."""
        self.property(name, "textContent", value)

    def shown(self, name: str, on: bool) -> None:
        """Whether it is there at all."""
        self.property(name, "hidden", not on)

    def property(self, name: str, key: str, value: object) -> None:
        """A property of the DOM element."""
        if self._is_news(name, f".{key}", value):
            setattr(self.element(name), key, value)

    def attribute(self, name: str, key: str, value: str | None) -> None:
        """An attribute; None takes it away."""
        if not self._is_news(name, key, value):
            return
        if value is None:
            self.element(name).removeAttribute(key)
        else:
            self.element(name).setAttribute(key, value)

    def style(self, name: str, key: str, value: str) -> None:
        """A CSS property or custom property, through the object model: the page's policy allows no style attributes."""
        if self._is_news(name, f"style {key}", value):
            self.element(name).style.setProperty(key, value)

    def allow(self, name: str, allowed: bool, title: str, reason: str) -> None:
        """Whether a control may be used; the reason stands in its title while it may not."""
        self.property(name, "disabled", not allowed)
        self.attribute(name, "title", title if allowed else reason)

    def forget(self, name: str, key: str) -> None:
        """The person or the browser changed that property: write it again whatever it is."""
        self._written.pop((name, f".{key}"), None)

    def rows(self, name: str, template: str, keys: Sequence[str]) -> None:
        """Let the list hold one row per key, in that order. Rows that stay keep their elements, and, unless their order
        among themselves changes, are not touched: what a finger or the focus is on stays under it."""
        wanted, had = tuple(keys), self._rows.get(name, ())
        if wanted == had:
            return
        for key in had:
            if key not in wanted:
                self._remove_row(f"{name}/{key}")
        for key in wanted:
            if key not in had:
                self._make_row(f"{name}/{key}", template)
        within, held = self.element(name), self._document.activeElement
        self._order(name, wanted, [key for key in had if key in wanted])
        if within.contains(held):
            held.focus()  # which a row loses on its way
        self._rows[name] = wanted

    def _order(self, name: str, wanted: tuple[str, ...], kept: list[str]) -> None:
        """Put rows before the next one that stands where it should; `kept` are in the list, in that order."""
        placed = set[str]()
        for key in wanted:
            while kept and kept[0] in placed:
                kept.pop(0)
            if kept and kept[0] == key:
                kept.pop(0)
                continue
            placed.add(key)
            before = self._elements[f"{name}/{kept[0]}"] if kept else None
            self.element(name).insertBefore(self._elements[f"{name}/{key}"], before)

    def _make_row(self, row: str, template: str) -> None:
        node = self.element(template).content.firstElementChild.cloneNode(True)
        self._elements[row] = node
        for part in node.querySelectorAll("[data-part]"):
            self._elements[f"{row}/{part.dataset.part}"] = part

    def _remove_row(self, row: str) -> None:
        self._elements[row].remove()
        for name in [name for name in self._elements if name == row or name.startswith(f"{row}/")]:
            del self._elements[name]
        for place in [place for place in self._written if place[0] == row or place[0].startswith(f"{row}/")]:
            del self._written[place]

    def _is_news(self, name: str, key: str, value: object) -> bool:
        place = (name, key)
        if place in self._written and self._written[place] == value:
            return False
        self._written[place] = value
        return True
