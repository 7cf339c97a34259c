"""The film's place: its poster until there is a picture, what is said over it, and the line below."""

from app.session.picture import Activity, Deed, Link, Picture, Playing
from app.views import poster
from app.views.gestures import is_running
from app.views.paper import ROOT, Paper
from app.views.titles import title_of
from app.views.words import Words, in_step

_WAITS = (Playing.WAITING_FOR_DOWNLOAD, Playing.CATCHING_UP)


class Stage:
    """Draws the stage and tells each activity once."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self._told = 0
        self._beat = 0
        self._link = Link.NONE

    def draw(self, picture: Picture) -> None:
        """Bring the stage to the picture."""
        item, player = picture.current, picture.player
        self._paper.shown("lobby", item is None)
        self._paper.shown("show", item is not None)
        self._paper.attribute(ROOT, "data-on", "" if item else None)
        if item:
            title = title_of(item.film.name)
            showing = self._words.phrase("now_showing")
            poster.draw(self._paper, "stage-poster", item.film.name, title, showing, title.year)
            self._paper.text("film-name", title.text)
        self._paper.text("line", self._words.line(picture))
        self._draw_choice(picture)
        self._draw_over(picture)
        drift = self._words.drift(player)
        self._paper.shown("drift", bool(drift))
        self._paper.text("drift", drift)
        self._paper.attribute("drift", "data-in-step", "" if player and in_step(player) else None)
        self._tell_news(picture.activity)
        self._tell_loss(picture.link, is_running(picture))

    def say(self, sentence: str, *, aloud: bool = True) -> None:
        """A short word over the film, and to screen readers."""
        self._beat = 1 - self._beat
        self._paper.text("deed", sentence)
        self._paper.attribute("deed", "data-beat", str(self._beat))
        self._paper.shown("deed", bool(sentence))
        if aloud:
            self._paper.text("live", sentence)

    def _draw_choice(self, picture: Picture) -> None:
        choice = self._words.choice(picture.transfer)
        self._paper.shown("film-choice", choice is not None)
        if choice is not None:
            self._paper.attribute("film-choice", "data-do", choice[0])
            self._paper.text("film-choice", choice[1])

    def _draw_over(self, picture: Picture) -> None:
        player = picture.player
        together = player is not None and player.playing is Playing.WAITING_FOR_OTHERS
        waiting = player is not None and (together or player.playing in _WAITS)
        self._paper.shown("veil", waiting and not (player and player.needs_click))
        self._paper.shown("anyway", together and picture.may.overrule)
        if player and waiting:
            self._paper.text("veil-words", self._words.hindrance(picture, player))
        self._paper.shown("big-play", player is not None and player.needs_click)
        self._paper.shown("sound-on", player is not None and player.needs_sound and not player.needs_click)

    def _tell_loss(self, link: Link, running: bool) -> None:
        """Over the film too, because in full screen nothing else of the page is seen."""
        if link is Link.WAITING and self._link is Link.UP:
            rest = "plays_on" if running else "kept"
            self.say(f"{self._words.phrase('lost')} {self._words.phrase(rest)}", aloud=False)
        self._link = link

    def _tell_news(self, activity: tuple[Activity, ...]) -> None:
        if activity and activity[-1].number < self._told:
            self._told = 0  # another room
        news = [one for one in activity if one.number > self._told]
        if not news:
            return
        self._told = news[-1].number
        seen = [one for one in news if one.deed is not Deed.REACTED]  # which floats
        if seen:
            self.say(self._words.deed(seen[-1]), aloud=False)
        self._paper.text("live", ". ".join(self._words.deed(one) for one in news))
