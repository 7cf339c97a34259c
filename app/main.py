"""Where everything is put together: adapters, views, the loop. Nothing is decided here."""

import random
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from js import console, matinee, window

from app.browser import local_storage, location
from app.browser.clock import now
from app.browser.ffi import listen
from app.browser.files import Files
from app.browser.media_bridge import MediaBridge
from app.browser.peer_connection import PeerConnections
from app.browser.piece_store import PieceStore
from app.browser.signalling_client import SignallingClient
from app.browser.video import Video
from app.loop import Loop
from app.session import effects as ef
from app.session.events import BlockUnsent, BrowserLacks, Event, NetworkChanged
from app.session.session import Session
from app.views.page import Page


def start() -> None:
    """Open the page for business."""
    random.seed(secrets.randbits(128))
    session = Session(random.choice, new_id, random.random)
    page: list[Page] = []
    loop = Loop(session, lambda picture: page[0].draw(picture), console.error)
    page.append(Page(loop.emit, now))
    loop.connect(performers(loop.emit))
    location.watch(loop.emit)
    listen(window, "online", lambda _: loop.emit(NetworkChanged(online=True)))
    listen(window, "offline", lambda _: loop.emit(NetworkChanged(online=False)))
    loop.emit(location.opened())
    if not window.isSecureContext:
        loop.emit(BrowserLacks("secure_context"))
    page[0].draw(session.picture(now()))
    matinee.ready = True
    page[0].replay(matinee.early)


def new_id() -> str:
    """A name nobody else has chosen."""
    return secrets.token_urlsafe(9)


def performers(emit: Callable[[Event], None]) -> Mapping[type, Callable[[Any], None]]:
    """Who does which effect."""
    server = SignallingClient(emit)
    peers = PeerConnections(emit)
    store = PieceStore(emit)
    bridge = MediaBridge(emit, store)
    files = Files(emit)
    video = Video(emit, store, bridge)
    bridge.start()

    def send_block(effect: ef.SendBlock) -> None:
        def give(piece: Any) -> None:
            if piece is None:
                emit(BlockUnsent(effect.peer, effect.request, effect.size))
            else:
                peers.send_block(effect, piece)

        store.read(effect.film_id, effect.piece, give)

    return {
        ef.CreateRoom: server.create, ef.AskCard: server.card, ef.JoinRoom: server.join, ef.AskTicket: server.ticket,
        ef.GiveUpSeat: server.give_up, ef.OpenSocket: server.open, ef.CloseSocket: server.close,
        ef.SendToServer: server.send,
        ef.RememberName: lambda effect: local_storage.remember_name(effect.name),
        ef.RememberSeat: lambda effect: local_storage.remember_seat(effect.seat),
        ef.ForgetSeat: lambda effect: local_storage.forget_seat(effect.code),
        ef.ShowAddress: lambda effect: location.show(effect.fragment),
        ef.PeekFile: files.peek, ef.PrepareFilm: files.prepare, ef.AttachSource: store.attach,
        ef.OpenStore: store.open, ef.KeepManifest: store.keep_manifest, ef.StorePiece: store.store,
        ef.OpenPeer: peers.open, ef.ClosePeer: peers.close, ef.MakeOffer: peers.make_offer,
        ef.ApplyDescription: peers.apply, ef.AddCandidate: peers.add,
        ef.SendFrame: peers.send, ef.SendBlock: send_block,
        ef.AnswerMedia: bridge.answer, ef.RefuseMedia: bridge.refuse,
        ef.LoadFilm: video.load, ef.SetPlayer: video.set, ef.ReadPlayer: video.read, ef.Mute: video.mute,
        ef.Unmute: video.unmute,
    }  # fmt: skip
