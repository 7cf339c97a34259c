"""The address bar: the invite stands behind its `#`."""

from collections.abc import Callable

from js import Date, history, window

from app.browser import local_storage
from app.browser.ffi import listen
from app.session.effects import FollowLink, ShowAddress
from app.session.events import Event, FragmentChanged, PageOpened, Seat


def opened() -> PageOpened:
    """Where the page was opened, with what the browser remembers of that room."""
    return PageOpened(_fragment(), local_storage.name(), _seat(_fragment()), Date.now() / 1000)


def watch(emit: Callable[[Event], None]) -> None:
    """Say when the person changes the address."""
    listen(window, "hashchange", lambda _: emit(FragmentChanged(_fragment(), _seat(_fragment()))))


def show(effect: ShowAddress) -> None:
    """Put the fragment into the address bar, without a history entry and without an event."""
    fragment = effect.fragment
    history.replaceState(None, "", f"{window.location.pathname}{window.location.search}{fragment and '#' + fragment}")


def follow(effect: FollowLink) -> None:
    """Go to the fragment; `hashchange` says what the browser remembers of that room."""
    window.location.hash = effect.fragment


def _fragment() -> str:
    return str(window.location.hash).removeprefix("#")


def _seat(fragment: str) -> Seat | None:
    code = fragment.partition(".")[0].upper()
    return local_storage.seat(code) if code else None
