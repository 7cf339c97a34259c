"""Window and Navigator: whether there is a network, and whether this window may do what Matinee needs."""

from collections.abc import Callable

from js import window

from app.browser.ffi import listen
from app.session.events import BrowserLacks, Event, NetworkChanged


def watch(emit: Callable[[Event], None]) -> None:
    """Say what is missing now, and when the network comes or goes."""
    listen(window, "online", lambda _: emit(NetworkChanged(online=True)))
    listen(window, "offline", lambda _: emit(NetworkChanged(online=False)))
    # Digests and service workers exist on https and on this machine's own addresses only.
    if not window.isSecureContext:
        emit(BrowserLacks("secure_context"))
    elif not hasattr(window, "RTCPeerConnection"):
        emit(BrowserLacks("peer_connections"))
