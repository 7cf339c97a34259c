"""HTMLVideoElement: told what to do, measured, and listened to."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from js import URL, document
from pyodide.ffi import create_proxy

from app.browser.clock import now, wait_until
from app.browser.ffi import listen, spawn
from app.browser.media_bridge import MediaBridge
from app.browser.piece_store import PieceStore
from app.session.effects import LoadFilm, ReadPlayer, SetPlayer
from app.session.events import (
    Event,
    PlayerChanged,
    PlayerFailed,
    PlayerMeasured,
    PlayRefused,
    VisibilityChanged,
)

ELEMENT = "film"
FRAMES = 64
FRAMES_WITHIN_S = 0.6
SAME_RATE = 0.001
HEARD = (
    "play", "pause", "seeking", "seeked", "waiting", "playing", "loadedmetadata", "ended", "canplay", "stalled",
    "ratechange",
)  # fmt: skip
HUNGRY = ("waiting", "stalled")


class Video:
    """The one video element of the page."""

    def __init__(self, emit: Callable[[Event], None], store: PieceStore, bridge: MediaBridge) -> None:
        self._emit = emit
        self._store = store
        self._bridge = bridge
        self._element = document.getElementById(ELEMENT)
        self._film_id: str | None = None
        self._url: str | None = None
        self._rate = 1.0
        self._frames: deque[tuple[float, float]] = deque(maxlen=FRAMES)
        self._frame_proxy = create_proxy(self._frame)
        self._tells_frames = hasattr(self._element, "requestVideoFrameCallback")
        self._frames_wanted, self._frame_asked = 0, False
        for kind in HEARD:
            listen(self._element, kind, self._changed)
        listen(self._element, "error", lambda _: self._failed())
        self._hidden = False  # which nobody has been told: it is what is taken for granted
        asyncio.get_event_loop().call_soon(self._look_for_watchers)
        listen(document, "visibilitychange", lambda _: self._look_for_watchers())
        listen(document, "resume", lambda _: self._tell_visibility())
        for kind in ("enterpictureinpicture", "leavepictureinpicture"):
            listen(self._element, kind, lambda _: self._look_for_watchers())

    # --- told what to do

    def load(self, effect: LoadFilm) -> None:
        """Point it at a film, or at nothing."""
        self._film_id = effect.film_id
        self._frames.clear()
        self._unload()
        if effect.film_id is None:
            return
        file = self._store.source(effect.film_id)
        if file is not None:
            self._url = str(URL.createObjectURL(file))
            self._begin(self._url)
        else:
            spawn(self._load_shared(effect.film_id))

    async def _load_shared(self, film_id: str) -> None:
        self._bridge.hurry()
        await self._bridge.controlled
        if film_id == self._film_id:
            self._begin(self._bridge.url(film_id))

    def _begin(self, url: str) -> None:
        self._element.src = url
        self._reload()

    def _unload(self) -> None:
        if self._element.hasAttribute("src"):
            self._element.removeAttribute("src")
            self._reload()
        if self._url is not None:
            URL.revokeObjectURL(self._url)
            self._url = None

    def _set_rate(self, rate: float) -> None:
        # Another speed than ours is a person's, of which the element has yet to tell: that must not be lost.
        if abs(float(self._element.playbackRate) - self._rate) < SAME_RATE:
            self._rate = self._element.playbackRate = rate

    def _reload(self) -> None:
        self._element.load()
        self._rate = float(self._element.playbackRate)  # which that sets back

    def set(self, effect: SetPlayer) -> None:
        """Bring it to this."""
        if effect.rate is not None:
            self._frames.clear()  # those shown at the old rate say nothing about the new one
            self._element.preservesPitch = effect.keeps_pitch
            self._set_rate(effect.rate)
        if effect.position_s is not None:
            self._frames.clear()
            self._element.currentTime = effect.position_s
        if effect.playing is True:
            if effect.at is not None:
                wait_until(effect.at)
            self._play()
        elif effect.playing is False:
            self._element.pause()

    def mute(self, _: object) -> None:
        """Sound off, and play."""
        self._element.muted = True
        self._play()

    def unmute(self, _: object) -> None:
        """Sound on."""
        self._element.muted = False

    def _play(self) -> None:
        muted = bool(self._element.muted)  # by the time of the answer it may be

        def failed(error: Any) -> None:
            if getattr(error, "name", "") == "NotAllowedError":
                self._emit(PlayRefused(muted))

        self._element.play().catch(failed)

    # --- measured

    def read(self, effect: ReadPlayer) -> None:
        """Say how it stands, and watch so many of the next frames."""
        self._frames_wanted = max(self._frames_wanted, effect.frames)
        self._ask_for_a_frame()
        element, at = self._element, now()
        duration = float(element.duration)
        self._emit(
            PlayerMeasured(
                at=at,
                position_s=float(element.currentTime),
                duration_s=duration if 0 < duration < float("inf") else None,
                paused=bool(element.paused),
                seeking=bool(element.seeking),
                ended=bool(element.ended),
                ready_state=int(element.readyState),
                rate=float(element.playbackRate),
                buffered=_ranges(element.buffered),
                frames=tuple(frame for frame in self._frames if frame[1] > at - FRAMES_WITHIN_S),
            )
        )

    def _frame(self, _: float, shown: Any) -> None:
        self._frames.append((float(shown.mediaTime), float(shown.expectedDisplayTime) / 1000))
        self._frames_wanted, self._frame_asked = self._frames_wanted - 1, False
        self._ask_for_a_frame()

    def _ask_for_a_frame(self) -> None:
        # An asking rests while no frames are shown, and survives a change of film.
        if self._tells_frames and self._frames_wanted and not self._frame_asked:
            self._frame_asked = True
            self._element.requestVideoFrameCallback(self._frame_proxy)

    # --- listened to

    def _changed(self, event: Any) -> None:
        element = self._element
        rate = float(element.playbackRate)
        if event.type == "ratechange":
            if abs(rate - self._rate) < SAME_RATE:
                return  # we have set it
            self._rate = rate
        if event.type in ("pause", "seeking", "ratechange"):
            self._frames.clear()
        if event.type in HUNGRY and self._film_id is not None:
            # A browser may try for half a minute to read a file that is gone before the element says so.
            spawn(self._store.look_at_source(self._film_id))
        stuck = bool(element.ended or element.error)
        self._emit(PlayerChanged(str(event.type), now(), float(element.currentTime), stuck, rate))

    def _look_for_watchers(self) -> None:
        """A film in a window of its own is watched whatever became of its tab. Not every browser has such windows."""
        aside = getattr(document, "pictureInPictureElement", None)
        hidden = bool(document.hidden) and not aside
        if hidden != self._hidden:
            self._hidden = hidden
            self._tell_visibility()

    def _tell_visibility(self) -> None:
        """Also when a page that was frozen goes on: then the element tells that the browser has paused it."""
        self._emit(VisibilityChanged(self._hidden))

    def _failed(self) -> None:
        if self._film_id is not None and self._element.error:
            spawn(self._tell_failure(self._film_id))

    async def _tell_failure(self, film_id: str) -> None:
        # To the element a file that is gone looks like one it cannot play: the store knows better.
        await self._store.look_at_source(film_id)
        self._emit(PlayerFailed(film_id))


def _ranges(buffered: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(buffered.start(i)), float(buffered.end(i))) for i in range(buffered.length))
