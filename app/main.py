"""Where everything is put together: adapters, views, the loop. Nothing is decided here."""

import random
import secrets

from js import console

from app.browser import handed_over, local_storage, location, session_storage, window
from app.browser.clock import now
from app.browser.performers import performers
from app.loop import Loop
from app.session.session import Session
from app.views.page import Page


def start() -> None:
    """Open the page for business."""
    from js import matinee

    random.seed(secrets.randbits(128))
    session = Session(random.choice, new_id, random.random)
    loop = Loop(session, console.error)
    page = Page(loop.emit, now)
    loop.connect(performers(loop.emit), page.draw)
    loop.emit(session_storage.subtitles())
    loop.emit(local_storage.taste())
    loop.emit(location.opened())
    location.watch(loop.emit)
    window.watch(loop.emit)
    page.draw(session.picture(now()))
    matinee.ready = True
    page.replay(matinee.early)
    handed_over.watch(page.take, loop.emit)


def new_id() -> str:
    """A name nobody else has chosen."""
    return secrets.token_urlsafe(9)
