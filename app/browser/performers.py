"""Which adapter does which effect: the one list of all that this page can do."""

from collections.abc import Callable, Mapping
from typing import Any

from js import console

from app.browser import local_storage, location, session_storage, storage
from app.browser.database import Database
from app.browser.file_handles import FileHandles
from app.browser.files import Files
from app.browser.film_list import FilmList
from app.browser.film_shelf import FilmShelf
from app.browser.media_bridge import MediaBridge
from app.browser.peer_connection import PeerConnections
from app.browser.piece_store import PieceStore
from app.browser.playable import Playable
from app.browser.saver import Saver
from app.browser.screening import Screening
from app.browser.signalling_client import SignallingClient
from app.browser.subtitles import SubtitleFiles
from app.browser.text_track import TextTrack
from app.browser.video import Video
from app.session import effects as ef
from app.session.events import Event


def performers(emit: Callable[[Event], None]) -> Mapping[type, Callable[[Any], None]]:
    """Every adapter at work, and what each is there for."""
    server = SignallingClient(emit)
    database = Database(emit)
    store, handles = PieceStore(emit, database), FileHandles(emit, database)
    shelf = FilmShelf(emit, database, store)
    peers = PeerConnections(emit, store)
    bridge = MediaBridge(emit, store)
    saver = Saver(emit, store, bridge)
    files = Files(emit)
    video = Video(emit, store, bridge)
    subtitles, track = SubtitleFiles(emit, store), TextTrack()
    bridge.start()
    return {
        ef.CreateRoom: server.create, ef.AskCard: server.card, ef.JoinRoom: server.join, ef.AskTicket: server.ticket,
        ef.AskAtDoor: server.door, ef.AskRooms: server.rooms, ef.SetRoomPassword: server.password,
        ef.RenewRoomLink: server.renew_link,
        ef.GiveUpSeat: server.give_up, ef.OpenSocket: server.open, ef.CloseSocket: server.close,
        ef.SendToServer: server.send,
        ef.RememberName: local_storage.remember_name, ef.RememberSeat: local_storage.remember_seat,
        ef.ForgetSeat: lambda effect: (local_storage.forget_seat(effect), handles.forget_room(effect)),
        **handles.performers(), ef.ShowAddress: location.show, ef.FollowLink: location.follow,
        ef.RememberChoice: local_storage.remember_choice, ef.RememberTaste: local_storage.remember_taste,
        ef.SearchFilms: server.search, ef.AskFilm: server.film, ef.LoadFilms: FilmList(emit).load,
        ef.KeepTaste: local_storage.keep_taste, ef.LookAtFilm: Playable(emit).look,
        ef.PeekFile: files.peek, ef.PrepareFilm: files.prepare, ef.AttachSource: store.attach,
        ef.OpenStore: store.open, ef.StorePiece: store.store, ef.AskPersistence: storage.ask_persistence,
        ef.MeasureSpace: store.measure,
        ef.ReadShelf: shelf.read, ef.KeepFilm: shelf.keep, ef.DropFilm: shelf.drop, ef.SaveFilm: saver.save,
        ef.ScreenFilm: Screening(emit, bridge).show,
        ef.KeepSubtitle: subtitles.keep, ef.FetchSubtitle: subtitles.fetch, ef.ParseSubtitle: subtitles.parse,
        ef.ShowCues: track.show, ef.RememberSubtitles: session_storage.remember_subtitles,
        ef.UseIce: peers.use_ice, ef.OpenPeer: peers.open, ef.ClosePeer: peers.close, ef.MakeOffer: peers.make_offer,
        ef.ApplyDescription: peers.apply, ef.AddCandidate: peers.add,
        ef.RestartIce: peers.restart_ice, ef.MeasurePath: peers.measure,
        ef.SendFrame: peers.send, ef.SendBlock: peers.send_block,
        ef.AnswerMedia: bridge.answer, ef.RefuseMedia: bridge.refuse,
        ef.LoadFilm: video.load, ef.SetPlayer: video.set, ef.ReadPlayer: video.read, ef.Mute: video.mute,
        ef.Unmute: video.unmute, ef.Log: lambda effect: console.info(f"Matinee: {effect.words}"),
    }  # fmt: skip
