"""Where everything is put together: adapters, views, the loop. Nothing is decided here."""

import random
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from js import console, matinee

from app.browser import local_storage, location, session_storage, window
from app.browser.clock import now
from app.browser.database import Database
from app.browser.file_handles import FileHandles
from app.browser.files import Files
from app.browser.media_bridge import MediaBridge
from app.browser.peer_connection import PeerConnections
from app.browser.piece_store import PieceStore
from app.browser.playable import Playable
from app.browser.signalling_client import SignallingClient
from app.browser.subtitles import SubtitleFiles
from app.browser.text_track import TextTrack
from app.browser.video import Video
from app.loop import Loop
from app.session import effects as ef
from app.session.events import Event
from app.session.session import Session
from app.views.page import Page


def start() -> None:
    """Open the page for business."""
    random.seed(secrets.randbits(128))
    session = Session(random.choice, new_id, random.random)
    loop = Loop(session, console.error)
    page = Page(loop.emit, now)
    loop.connect(performers(loop.emit), page.draw)
    loop.emit(session_storage.subtitles())
    loop.emit(location.opened())
    location.watch(loop.emit)
    window.watch(loop.emit)
    page.draw(session.picture(now()))
    matinee.ready = True
    page.replay(matinee.early)


def new_id() -> str:
    """A name nobody else has chosen."""
    return secrets.token_urlsafe(9)


def performers(emit: Callable[[Event], None]) -> Mapping[type, Callable[[Any], None]]:
    """Who does which effect."""
    server = SignallingClient(emit)
    database = Database(emit)
    store, handles = PieceStore(emit, database), FileHandles(emit, database)
    peers = PeerConnections(emit, store)
    bridge = MediaBridge(emit, store)
    files = Files(emit)
    video = Video(emit, store, bridge)
    subtitles, track = SubtitleFiles(emit, store), TextTrack()
    bridge.start()
    return {
        ef.CreateRoom: server.create, ef.AskCard: server.card, ef.JoinRoom: server.join, ef.AskTicket: server.ticket,
        ef.GiveUpSeat: server.give_up, ef.OpenSocket: server.open, ef.CloseSocket: server.close,
        ef.SendToServer: server.send,
        ef.RememberName: local_storage.remember_name, ef.RememberSeat: local_storage.remember_seat,
        ef.ForgetSeat: lambda effect: (local_storage.forget_seat(effect), handles.forget_room(effect)),
        **handles.performers(), ef.ShowAddress: location.show, ef.FollowLink: location.follow,
        ef.RememberChoice: local_storage.remember_choice, ef.LookAtFilm: Playable(emit).look,
        ef.PeekFile: files.peek, ef.PrepareFilm: files.prepare, ef.AttachSource: store.attach,
        ef.OpenStore: store.open, ef.KeepManifest: store.keep_manifest, ef.StorePiece: store.store,
        ef.KeepSubtitle: subtitles.keep, ef.FetchSubtitle: subtitles.fetch, ef.ParseSubtitle: subtitles.parse,
        ef.ShowCues: track.show, ef.RememberSubtitles: session_storage.remember_subtitles,
        ef.UseIce: peers.use_ice, ef.OpenPeer: peers.open, ef.ClosePeer: peers.close, ef.MakeOffer: peers.make_offer,
        ef.ApplyDescription: peers.apply, ef.AddCandidate: peers.add, ef.RestartIce: peers.restart_ice,
        ef.MeasurePath: peers.measure, ef.SendFrame: peers.send, ef.SendBlock: peers.send_block,
        ef.AnswerMedia: bridge.answer, ef.RefuseMedia: bridge.refuse,
        ef.LoadFilm: video.load, ef.SetPlayer: video.set, ef.ReadPlayer: video.read, ef.Mute: video.mute,
        ef.Unmute: video.unmute, ef.Log: lambda effect: console.info(f"Matinee: {effect.words}"),
    }  # fmt: skip
