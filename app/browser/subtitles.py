"""pysubs2, which comes when it is first needed; and the bytes it reads."""

import asyncio
import hashlib
import html
from collections.abc import Callable
from functools import partial
from typing import Any

from js import console
from pyodide.ffi import to_js

from app.browser.ffi import spawn
from app.browser.packages import package
from app.browser.piece_store import PieceStore
from app.session.effects import FetchSubtitle, KeepSubtitle, ParseSubtitle, StorePiece
from app.session.events import Event, SubtitleFetched, SubtitleParsed, SubtitleUnparsed
from app.swarm.wire import BLOCK_HEADER_SIZE

_DRAWING = "\\p"


class SubtitleFiles:
    """Keeps, fetches and parses them."""

    def __init__(self, emit: Callable[[Event], None], store: PieceStore) -> None:
        self._emit = emit
        self._store = store
        self._parser: asyncio.Future[Any] | None = None

    # --- bytes

    def keep(self, effect: KeepSubtitle) -> None:
        """Write our own subtitles where those of others are written, by the same way."""
        for piece, start in enumerate(range(0, len(effect.data), effect.piece_size)):
            data = effect.data[start : start + effect.piece_size]
            block = to_js(bytes(BLOCK_HEADER_SIZE) + data).slice().buffer
            digest = hashlib.sha256(data).digest()
            self._store.store(StorePiece(effect.film_id, piece, len(data), ((0, block),), digest))

    def fetch(self, effect: FetchSubtitle) -> None:
        """Read all pieces, and tell once."""
        found: dict[int, bytes | None] = {}

        def have(piece: int, buffer: Any) -> None:
            found[piece] = None if buffer is None else buffer.to_bytes()
            if len(found) == effect.pieces:
                parts = [part for _, part in sorted(found.items()) if part is not None]
                self._emit(SubtitleFetched(effect.film_id, b"".join(parts) if len(parts) == effect.pieces else None))

        for piece in range(effect.pieces):
            self._store.read(effect.film_id, piece, partial(have, piece))

    # --- cues

    def parse(self, effect: ParseSubtitle) -> None:
        """Find the cues."""
        spawn(self._parse(effect))

    async def _parse(self, effect: ParseSubtitle) -> None:
        try:
            pysubs2 = await self._load()
        except Exception as error:  # noqa: BLE001 - a network, a server, a browser: whatever it was, it is not here
            self._parser = None
            console.info(f"Matinee: pysubs2 did not arrive: {error!r}")
            self._emit(SubtitleUnparsed(effect.film_id, lack=True))
            return
        try:
            found = pysubs2.SSAFile.from_string(effect.text, format_=effect.format.value)
            cues = tuple((int(one.start), int(one.end), _words(one, effect.format.value)) for one in found)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's file does to a parser, the film plays on
            console.info(f"Matinee: no subtitles: {error!r}")
            self._emit(SubtitleUnparsed(effect.film_id))
            return
        self._emit(SubtitleParsed(effect.film_id, cues))

    async def _load(self) -> Any:
        if self._parser is None:
            self._parser = asyncio.ensure_future(package("pysubs2"))
        return await self._parser


def _words(event: Any, written_as: str) -> str:
    """What is to be read; nothing of what is a note or a drawing."""
    if event.is_comment or (_DRAWING in event.text and event.is_drawing):
        return ""
    words = str(event.plaintext)
    return html.unescape(words) if written_as == "vtt" else words
