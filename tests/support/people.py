"""People at their browsers: what they click, and what is true on their screens. For browser tests and benches.

Everything waits for what it needs, on the page itself, and gives up after `PATIENCE_MS`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from playwright.async_api import Page, Route
from typing_extensions import TypeVar

from tests.support.browsers import Profile
from tests.support.patience import PATIENCE_MS, POLL_MS
from tests.support.screen import Screen

_VIDEO = "document.getElementById('film')"
_INVITE = "document.getElementById('invite-link').value"
_SOMEBODY = "document.querySelector('#people .person')?.checkVisibility()"
_PRESS = "id => document.getElementById(id).click()"
_CHOOSE = """([id, value]) => {
  const field = document.getElementById(id);
  field.value = value;
  if (field.selectedIndex === -1) throw new Error(`${id} has no ${value}`);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}"""
_SWITCH = """([id, on]) => {
  const box = document.getElementById(id);
  if (box.checked !== on) box.click();
}"""
_OPEN_DETAILS = "() => { document.getElementById('details').open = true; }"
# The innermost elements whose text has the words, whatever the case and the line breaks; one of them can be seen.
_SHOWN = """(words => {
  const plain = (text) => text.replace(/\\s+/g, " ").toLowerCase();
  const has = (element) => plain(element.textContent).includes(plain(words));
  return [...document.querySelectorAll("body *")].some((element) => has(element)
    && ![...element.children].some(has)
    && element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().height > 0);
})(%s)"""

_STORED = """async () => {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("matinee");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    const store = database.transaction("pieces").objectStore("pieces");
    const all = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    return await (%s)(store, all);
  } finally { database.close(); }
}"""
_COUNT = _STORED % "async (store, all) => all(store.count())"
_DIGEST = (
    _STORED
    % """async (store, all) => {
  const bytes = await new Blob(await all(store.getAll())).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""
)


_NUMBERS = _STORED % "async (store, all) => (await all(store.getAllKeys())).map(([film, piece]) => piece)"
# Counts what a page sends and receives on its channels for blocks: bytes of film, and pieces by number. A block's
# header has 16 bytes, its piece in the second four.
WATCH_BLOCKS = """
globalThis.blocks = { sent: 0, received: 0, sentPieces: new Set(), receivedPieces: new Set() };
globalThis.pieceOf = (data) => new DataView(data.buffer ?? data, data.byteOffset ?? 0).getUint32(4);
const create = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (...args) {
  const channel = create.apply(this, args);
  if (channel.label === "blocks") channel.addEventListener("message", ({ data }) => {
    blocks.received += data.byteLength - 16;
    blocks.receivedPieces.add(pieceOf(data));
  });
  return channel;
};
const send = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (data) {
  if (this.label === "blocks") {
    blocks.sent += data.byteLength - 16;
    blocks.sentPieces.add(pieceOf(data));
  }
  return send.call(this, data);
};
"""
# Until `cutOff = false` nothing comes of addresses with this ending. In the page itself, because whoever drives it does
# not see what its service worker asks for in its stead.
CUT_OFF_FROM = """
globalThis.cutOff = true;
const ask = globalThis.fetch;
globalThis.fetch = (what, ...more) => cutOff && String(what.url ?? what).endsWith("%s")
  ? Promise.reject(new TypeError("Failed to fetch")) : ask(what, ...more);
"""


PageT = TypeVar("PageT", bound=Screen, default=Page)


@dataclass(frozen=True)
class Person(Generic[PageT]):
    """Somebody with a page open: in Chromium, unless it says otherwise."""

    name: str
    page: PageT

    # --- getting in

    async def open(self, url: str) -> None:
        """Go to an address and wait until Python answers clicks."""
        await self.page.goto(url)
        await self.until("matinee.ready")

    async def start_room(self, url: str, *friends: "Person[Any]") -> str:
        """Make a room; its invite link. Friends open the page meanwhile: a link followed from there loads no more."""
        await asyncio.gather(*(one.open(url) for one in (self, *friends)))
        await self.page.fill("#home-name", self.name)
        await self.page.click("#start")
        return await self.invite()

    async def invite(self) -> str:
        """The invite link, as soon as there is one."""
        await self.until(_INVITE)
        return str(await self.page.evaluate(_INVITE))

    async def join(self, link: str) -> None:
        """Come in by an invite link."""
        await self.open(link)
        await self.page.fill("#join-name", self.name)
        await self.page.click("#join")
        await self.is_in()

    async def is_in(self) -> None:
        """Wait until the room is on the screen and the server has let us in."""
        await self.until(_SOMEBODY)

    async def come_again(self) -> None:
        """Load the page again and wait until Python answers clicks."""
        await self.page.reload()
        await self.until("matinee.ready")

    # --- doing things

    async def choose(self, film: Path) -> None:
        """Pick a film."""
        await self.page.set_input_files("#any-film", film)

    async def press_play_or_pause(self) -> None:
        """The button under the film."""
        await self.until("!document.getElementById('play-pause').disabled")
        await self.page.evaluate(_PRESS, "play-pause")

    async def seek(self, position_s: float) -> None:
        """Move the seek bar."""
        await self.page.evaluate(_CHOOSE, ["seek", position_s])

    async def set_rate(self, rate: float) -> None:
        """The speed menu."""
        await self.page.evaluate(_CHOOSE, ["rate", f"{rate:g}"])

    async def limit(self, which: str, megabytes_per_s: float | None) -> None:
        """Set the "down" or "up" limit in the details."""
        await self.page.evaluate(_OPEN_DETAILS)
        value = "" if megabytes_per_s is None else str(int(megabytes_per_s * 1_000_000))
        await self.page.evaluate(_CHOOSE, [f"limit-{which}", value])

    async def pause(self, which: str, on: bool) -> None:
        """The switch that pauses "sending" or "receiving", in the details."""
        await self.page.evaluate(_OPEN_DETAILS)
        await self.page.evaluate(_SWITCH, [f"pause-{which}", on])

    # --- what is on the screen

    async def until(self, condition: str, within_ms: float = PATIENCE_MS) -> None:
        """Wait until a JavaScript expression is true."""
        await self.page.wait_for_function(condition, polling=POLL_MS, timeout=within_ms)

    async def until_shown(self, words: str) -> None:
        """Wait until these words can be read somewhere."""
        await self.until(_SHOWN % json.dumps(words))

    async def until_showing(self) -> None:
        """Wait until a film is on and its controls are there."""
        await self.until(f"!document.getElementById('show').hidden && {_VIDEO}.readyState > 0")

    async def until_playing_past(self, position_s: float, within_ms: float = PATIENCE_MS) -> None:
        """Wait until the film runs and has shown a frame behind that position."""
        running = "!film.paused && !film.seeking && film.readyState > 2"
        await self.until(f"(film => {running} && film.currentTime > {position_s})({_VIDEO})", within_ms)

    async def until_paused(self) -> None:
        """Wait until the film stands still and shows a frame."""
        await self.until(f"(film => film.paused && !film.seeking && film.readyState > 1)({_VIDEO})")

    async def until_complete(self, within_ms: float = 4 * PATIENCE_MS) -> None:
        """Wait until the whole film is here."""
        await self.until("document.getElementById('line').textContent.includes('The whole film is here')", within_ms)

    async def position(self) -> float:
        """Where the video element is, in seconds."""
        return float(await self.page.evaluate(f"{_VIDEO}.currentTime"))

    async def duration(self) -> float:
        """How long the film is, in seconds."""
        return float(await self.page.evaluate(f"{_VIDEO}.duration"))

    async def stored_pieces(self) -> int:
        """How many pieces this browser keeps."""
        return int(await self.page.evaluate(_COUNT))

    async def held_pieces(self) -> set[int]:
        """Which pieces this browser keeps, of the one film it has seen."""
        return set(await self.page.evaluate(_NUMBERS))

    async def until_held(self, per_cent: int) -> None:
        """Wait until the details say that so much of the film is here."""
        await self.until(f"parseFloat(document.getElementById('held').textContent) >= {per_cent}")

    async def stored_sha256(self) -> str:
        """SHA-256 of all kept pieces in order, in hex."""
        return str(await self.page.evaluate(_DIGEST))

    async def picture(self, path: Path) -> None:
        """A screenshot, for people to look at."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path)


async def person(open_profile: Callable[..., Awaitable[Profile]], name: str, **traits: Any) -> Person:
    """Somebody with a browser of their own."""
    profile = await open_profile(name, **traits)
    return Person(name, profile.page)


async def hold_python_back(page: Page) -> asyncio.Event:
    """Python does not come into this page before the event is set."""
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route("**/pyodide.asm.wasm", hold)
    return let_go
