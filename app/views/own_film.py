"""The film of somebody who chose alone: played here, out of their own file, by the browser's own player."""

from typing import Any

from app.session.picture import Picture, Screen
from app.views.paper import Paper
from app.views.words import Words


class OwnFilm:
    """Nothing of it leaves the browser."""

    def __init__(self, paper: Paper, words: Words) -> None:
        from pyodide.ffi import create_proxy

        self._paper = paper
        self._words = words
        self._address = ""
        paper.element("own-film").addEventListener("error", create_proxy(lambda _: self._fail()))

    def show(self, file: Any) -> None:
        """Play that file."""
        from js import URL

        self._let_go()
        self._address = str(URL.createObjectURL(file))
        self._paper.text("own-words", "")
        self._paper.attribute("own-film", "src", self._address)
        self._paper.shown("own", True)
        self._paper.element("own-film").focus()
        self._paper.element("own-film").scrollIntoView()

    def draw(self, picture: Picture) -> None:
        """It ends where its person goes elsewhere."""
        if self._address and picture.screen is not Screen.ALONE:
            self._let_go()

    def _let_go(self) -> None:
        from js import URL

        if self._address:
            URL.revokeObjectURL(self._address)
        self._address = ""
        self._paper.attribute("own-film", "src", None)
        self._paper.shown("own", False)
        self._paper.element("own-film").load()

    def _fail(self) -> None:
        if self._address:
            self._paper.text("own-words", self._words.phrase("own_unplayable"))
