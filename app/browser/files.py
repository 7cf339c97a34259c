"""File and Blob: a person's own film is looked at, hashed, and read piece by piece. Never copied."""

import asyncio
import math
from collections.abc import Callable
from typing import Any

from js import URL, Uint8Array, crypto, document

from app.browser.clock import now
from app.browser.ffi import JsException, first_of, spawn
from app.session.effects import PeekFile, PrepareFilm
from app.session.events import Event, FilePeeked, FilmPrepared, PrepareFailed, PrepareProgressed

IN_FLIGHT = 4
PROGRESS_EVERY_S = 0.1
METADATA_WITHIN_S = 20.0


class Files:
    """One file is prepared at a time; a newer one takes the place of the one before."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._current = 0

    def peek(self, effect: PeekFile) -> None:
        """Read some bytes."""
        self._current += 1
        spawn(self._peek(effect, self._current))

    def prepare(self, effect: PrepareFilm) -> None:
        """Learn the duration, hash the pieces."""
        self._current += 1
        spawn(self._prepare(effect, self._current))

    async def _peek(self, effect: PeekFile, number: int) -> None:
        try:
            data = (await effect.file.slice(effect.at, effect.at + effect.count).arrayBuffer()).to_bytes()
        except JsException:
            self._say(number, PrepareFailed(effect.name, "unreadable_file"))
            return
        self._say(number, FilePeeked(effect.file, effect.name, effect.size, data))

    async def _prepare(self, effect: PrepareFilm, number: int) -> None:
        if not hasattr(crypto, "subtle"):
            self._say(number, PrepareFailed("secure_context", "old_browser"))
            return
        duration_s = await _duration(effect.file)
        if duration_s is None:
            self._say(number, PrepareFailed(effect.name, "cannot_play"))
            return
        try:
            hashes = await self._hash(effect, number)
        except JsException:
            self._say(number, PrepareFailed(effect.name, "unreadable_file"))
            return
        known = duration_s if math.isfinite(duration_s) else None
        prepared = FilmPrepared(effect.file, effect.name, effect.size, effect.mime, effect.piece_size, hashes, known)
        self._say(number, prepared)

    async def _hash(self, effect: PrepareFilm, number: int) -> bytes:
        starts = range(0, effect.size, effect.piece_size)
        digests: list[bytes] = []
        told_at = now()
        waiting: list[asyncio.Future[bytes]] = []
        try:
            for start in starts:
                if number != self._current:
                    break
                waiting.append(asyncio.ensure_future(digest(effect.file, start, start + effect.piece_size)))
                if len(waiting) >= IN_FLIGHT:
                    digests.append(await waiting.pop(0))
                if now() - told_at > PROGRESS_EVERY_S:
                    told_at = now()
                    self._say(number, PrepareProgressed(len(digests) * effect.piece_size))
            while waiting:
                digests.append(await waiting.pop(0))
        finally:
            for left in waiting:
                left.cancel()
        return b"".join(digests)

    def _say(self, number: int, event: Event) -> None:
        if number == self._current:
            self._emit(event)


async def digest(file: Any, start: int, stop: int) -> bytes:
    """SHA-256 of bytes `start` up to `stop` of a file. Raises JsException if it cannot be read."""
    return await sha256(await file.slice(start, stop).arrayBuffer())


async def sha256(buffer: Any) -> bytes:
    """The digest of an ArrayBuffer or of a view of one."""
    return bytes((await crypto.subtle.digest("SHA-256", buffer)).to_bytes())


async def read(file: Any, start: int, stop: int) -> Any:
    """Bytes `start` up to `stop` of a file as a Uint8Array. Raises JsException if the file is gone or was changed."""
    return Uint8Array.new(await file.slice(start, stop).arrayBuffer())


async def _duration(file: Any) -> float | None:
    """The film's length in seconds (infinite where the container does not tell); None if it cannot be played here."""
    video = document.createElement("video")
    url = URL.createObjectURL(file)
    heard = first_of(video, "loadedmetadata", "error")
    video.preload, video.muted, video.src = "metadata", True, url
    try:
        kind = await asyncio.wait_for(heard, METADATA_WITHIN_S)
        playable = kind == "loadedmetadata" and video.videoWidth > 0
        return float(video.duration) if playable else None
    except TimeoutError:
        return None
    finally:
        # Only a load tells the element to ask for nothing more; before it, the URL must live.
        video.removeAttribute("src")
        video.load()
        URL.revokeObjectURL(url)
