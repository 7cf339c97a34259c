"""What people say, beside the film; and reactions, which float over it."""

from app.session.picture import Activity, Deed, Picture, Returned
from app.views import figures
from app.views.paper import Paper
from app.views.words import Words

_MOST_FLOATING = 12
FLOAT_MS = 4000
_NEAR_THE_END_PX = 60


class Chat:
    """Draws the lines, and lets each reaction float once."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self._told = 0
        self._newest = 0
        self._returned = 0

    def draw(self, picture: Picture) -> None:
        """Bring the lines to the picture, and keep the newest in sight of whoever was reading it."""
        paper, lines = self._paper, picture.talk
        log = paper.element("chat")
        newest = lines[-1].number if lines else 0
        follows = newest != self._newest and log.scrollHeight - log.scrollTop - log.clientHeight < _NEAR_THE_END_PX
        self._newest = newest
        paper.rows("chat", "chat-row", [str(line.number) for line in lines])
        for line in lines:
            row = f"chat/{line.number}"
            paper.text(f"{row}/name", line.name or self._words.phrase("somebody"))
            paper.text(f"{row}/time", "" if line.position_s is None else figures.clock(line.position_s))
            paper.text(f"{row}/words", line.text)
        paper.shown("chat-empty", not lines)
        if follows:
            log.scrollTop = log.scrollHeight
        self._float(picture.activity)
        self._give_back(picture.returned)

    def _give_back(self, line: Returned) -> None:
        """What was not taken may be sent again; unless something else is being written by now."""
        field = self._paper.element("chat-text")
        if line.number > self._returned and not field.value:
            field.value = line.text
        self._returned = line.number

    def _float(self, activity: tuple[Activity, ...]) -> None:
        if activity and activity[-1].number < self._told:
            self._told = 0  # another room
        for one in activity:
            if one.number > self._told and one.deed is Deed.REACTED:
                self._let_fly(one)
        self._told = activity[-1].number if activity else 0

    def _let_fly(self, reaction: Activity) -> None:
        from js import document, setTimeout
        from pyodide.ffi import create_once_callable

        sky = self._paper.element("reactions")
        while sky.childElementCount >= _MOST_FLOATING:
            sky.firstElementChild.remove()
        shown = document.createElement("span")
        shown.textContent = reaction.detail
        shown.style.setProperty("--place", str(reaction.number * 37 % 80))
        sky.appendChild(shown)
        setTimeout(create_once_callable(shown.remove), FLOAT_MS)
