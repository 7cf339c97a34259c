"""What is told across the page: a trouble with its next step, a lost connection with its countdown, a closed room."""

import math
from collections.abc import Callable

from app.session.picture import Link, Notice, Picture, Screen, Trouble
from app.views.gestures import is_running
from app.views.language import Step
from app.views.paper import Paper
from app.views.words import Words


class Notices:
    """Draws the tellings; counts down to the next try by itself."""

    def __init__(self, paper: Paper, words: Words, now: Callable[[], float]) -> None:
        self._paper = paper
        self._words = words
        self._now = now
        self._retry_in_s: float | None = None
        self._retry_at: float | None = None

    @property
    def counting(self) -> bool:
        """Whether a countdown is on the page."""
        return self._retry_at is not None

    def draw(self, picture: Picture) -> None:
        """Bring every telling to the picture."""
        self._draw_notice(picture.notice)
        self._draw_connection(picture)
        self._draw_pending(picture.pending)
        if picture.screen is Screen.CLOSED:
            self._draw_closed(picture.notice or Notice(Trouble.LEFT))

    def tick(self) -> None:
        """Move the countdown."""
        if self._retry_at is None:
            return
        count = math.ceil(self._retry_at - self._now())
        say = self._words.phrase
        self._paper.text("connection-count", say("retry_in", count=count) if count > 0 else say("retrying"))

    def _draw_notice(self, notice: Notice | None) -> None:
        self._paper.shown("notice", notice is not None)
        if notice is None:
            return
        telling = self._words.telling(notice)
        self._paper.text("notice-words", telling.sentence)
        self._paper.text("notice-step", telling.label)
        self._paper.shown("notice-step", telling.step is not Step.DISMISS)
        self._paper.attribute("notice-step", "data-do", telling.step.value)
        self._paper.shown("notice-other", telling.other is not None)
        if telling.other:
            self._paper.text("notice-other", telling.other.label)
            self._paper.attribute("notice-other", "data-do", telling.other.step.value)

    def _draw_connection(self, picture: Picture) -> None:
        lost = picture.screen is Screen.ROOM and picture.link in (Link.WAITING, Link.CONNECTING)
        self._paper.shown("connection", lost)
        if not lost:
            self._retry_in_s = self._retry_at = None
            return
        if picture.retry_in_s != self._retry_in_s:
            self._retry_in_s = picture.retry_in_s
            self._retry_at = None if picture.retry_in_s is None else self._now() + picture.retry_in_s
        say = self._words.phrase
        opening = picture.link is Link.CONNECTING and not picture.people
        self._paper.text("connection-words", say("connecting_room" if opening else "lost"))
        self._paper.shown("connection-retry", picture.link is Link.WAITING)
        self._paper.text("connection-rest", "" if opening else say("plays_on" if is_running(picture) else "kept"))
        if self._retry_at is None:
            self._paper.text("connection-count", "" if opening else say("retrying"))
        self.tick()

    def _draw_pending(self, pending: int) -> None:
        self._paper.shown("pending", pending > 0)
        say = self._words.phrase
        self._paper.text("pending", say("pending_one") if pending == 1 else say("pending", count=pending))

    def _draw_closed(self, notice: Notice) -> None:
        telling = self._words.telling(notice)
        self._paper.text("closed-words", telling.sentence)
        self._paper.text("closed-step", telling.label)
        self._paper.attribute("closed-step", "data-do", telling.step.value)
        self._paper.shown("closed-home", telling.step is not Step.LEAVE)
