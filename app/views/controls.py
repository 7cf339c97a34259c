"""The player's controls: what they show, and what a person may do with them."""

from collections.abc import Callable, Sequence

from app.session.picture import Picture
from app.views import figures
from app.views.gestures import play_or_pause
from app.views.paper import Paper
from app.views.words import Words

_HELD = "rgb(255 244 222 / .5)"
_LEAST_GAP = 0.003


class Controls:
    """Play, seek, speed. The position is derived from the room's timeline at every tick."""

    def __init__(self, paper: Paper, words: Words, now: Callable[[], float]) -> None:
        self._paper = paper
        self._words = words
        self._now = now
        self._picture = Picture()
        self._dragged = False

    def draw(self, picture: Picture) -> None:
        """Bring every control to the picture."""
        self._picture = picture
        self._draw_play()
        self._draw_permissions()
        self._draw_film()
        self.tick()

    def tick(self) -> None:
        """Move the seek bar to where the room is, unless the person holds it."""
        player = self._picture.player
        if player is None or self._dragged:
            return
        room_now = self._now() + player.room_offset_s
        self._show_position(player.timeline.position_at(room_now, player.duration_s))

    def drag(self, position_s: float) -> None:
        """The person moves the seek bar: show where they would land."""
        self._dragged = True
        self._paper.attribute("seek-track", "data-dragging", "")
        self._paper.text("seek-bubble", figures.clock(position_s))
        self._show_position(position_s)

    def drop(self) -> None:
        """The person let go of the seek bar."""
        self._dragged = False
        self._paper.attribute("seek-track", "data-dragging", None)
        self._paper.forget("seek", "value")

    def _show_position(self, position_s: float) -> None:
        paper, player = self._paper, self._picture.player
        duration_s = player.duration_s if player else None
        paper.text("time-now", figures.clock(position_s))
        paper.property("seek", "value", f"{position_s:.1f}")
        paper.attribute("seek", "aria-valuetext", self._words.spoken_position(position_s, duration_s))
        paper.style("seek-track", "--at", f"{100 * position_s / duration_s if duration_s else 0:.2f}%")

    def _draw_play(self) -> None:
        do, say = play_or_pause(self._picture), self._words.phrase
        self._paper.attribute("play-pause", "data-do", do)
        self._paper.attribute("play-pause", "aria-label", say(do))
        self._paper.attribute("play-pause-icon", "href", f"#i-{do}")
        self._paper.allow("play-pause", self._picture.may.play_pause, say(f"{do}_key"), say("only_host_plays"))

    def _draw_permissions(self) -> None:
        paper, may, say = self._paper, self._picture.may, self._words.phrase
        paper.allow("step-back", may.seek, say("back_key"), say("only_host_seeks"))
        paper.allow("step-forward", may.seek, say("forward_key"), say("only_host_seeks"))
        paper.allow("rate", may.play_pause, say("rate"), say("only_host_plays"))
        known = self._picture.player is not None and bool(self._picture.player.duration_s)
        reason = say("length_unknown" if may.seek else "only_host_seeks")
        paper.allow("seek", may.seek and known, "", reason)

    def _draw_film(self) -> None:
        paper, player = self._paper, self._picture.player
        duration_s = player.duration_s if player else None
        paper.property("seek", "max", f"{duration_s or 1:.1f}")
        paper.text("time-all", figures.clock(duration_s) if duration_s else "–:––")
        paper.property("rate", "value", f"{player.timeline.rate:g}" if player else "1")
        transfer = self._picture.transfer
        paper.style("seek-track", "--held", held_gradient(transfer.held if transfer else ()))


def held_gradient(held: Sequence[tuple[float, float]]) -> str:
    """The held parts of a film as a CSS image across the seek bar; gaps too small to see are closed."""
    merged: list[tuple[float, float]] = []
    for start, end in held:
        if merged and start - merged[-1][1] < _LEAST_GAP:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    if not merged:
        return "none"
    stops = ", ".join(
        f"transparent {100 * start:.1f}%, {_HELD} {100 * start:.1f}% {100 * end:.1f}%, transparent {100 * end:.1f}%"
        for start, end in merged
    )
    return f"linear-gradient(to right, {stops})"
