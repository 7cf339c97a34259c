"""Everything the session can want done. `loop` hands each to the adapter that does it.

What the swarm and the negotiation want is defined in their own rooms and
passed through unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.peers.negotiation import AddCandidate, ApplyDescription, ClosePeer, MakeOffer, OpenPeer, RestartIce
from app.peers.paths import MeasurePath
from app.playback.cues import Cue
from app.playback.player import SetPlayer
from app.room.messages import ClientMessage, TurnPass
from app.room.state import SubtitleFormat
from app.session.events import Choice, Handle, Kept, Rated, Seat, SubtitleChoice
from app.swarm.actions import AnswerMedia, OpenStore, RefuseMedia, SendBlock, SendFrame, StorePiece


@dataclass(frozen=True, slots=True)
class CreateRoom:
    """POST a room with us as its host."""

    name: str


@dataclass(frozen=True, slots=True)
class AskCard:
    """GET what a guest may know of a room."""

    code: str


@dataclass(frozen=True, slots=True)
class JoinRoom:
    """POST our way in, or to the door: by the link's secret if we have it, with a password where one is asked."""

    code: str
    link_secret: str
    name: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class AskAtDoor:
    """POST whether we are let in by now."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class AskRooms:
    """GET the public rooms."""


@dataclass(frozen=True, slots=True)
class SetRoomPassword:
    """POST the password that is to be asked at the door; empty for none."""

    seat: Seat
    password: str


@dataclass(frozen=True, slots=True)
class RenewRoomLink:
    """POST for another link; answered by `LinkRenewed`."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class AskTicket:
    """POST for a new ticket, by the seat's secret."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class GiveUpSeat:
    """DELETE our membership."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Open the WebSocket, closing the one before."""


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close the WebSocket; nothing more is heard of it."""


@dataclass(frozen=True, slots=True)
class SendToServer:
    """Say this on the WebSocket."""

    message: ClientMessage


@dataclass(frozen=True, slots=True)
class RememberName:
    """Keep the person's name in this browser."""

    name: str


@dataclass(frozen=True, slots=True)
class RememberSeat:
    """Keep our place in this browser, so that a reload comes back to it."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class ForgetSeat:
    """The place is gone."""

    code: str


@dataclass(frozen=True, slots=True)
class ShowAddress:
    """Put this fragment into the address bar, without a history entry."""

    fragment: str


@dataclass(frozen=True, slots=True)
class FollowLink:
    """Go where this fragment leads, as a click on the invite would; answered by `FragmentChanged`."""

    fragment: str


@dataclass(frozen=True, slots=True)
class PeekFile:
    """Read `count` bytes from `at` on of a chosen file; answered by `FilePeeked` or `PrepareFailed`."""

    file: Handle
    name: str
    size: int
    count: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class PrepareFilm:
    """Hash the file's pieces and learn its duration. An earlier file still being prepared is given up."""

    file: Handle
    name: str
    size: int
    mime: str
    piece_size: int


@dataclass(frozen=True, slots=True)
class AttachSource:
    """From now on read this film's pieces from the person's own file; `hashes` are 32 bytes a piece.

    What does not fit them leaves this machine no more: `SourceFailed` tells.
    """

    film_id: str
    file: Handle
    piece_size: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class KeepSubtitle:
    """Keep the pieces of a subtitle file of our own, so that they outlive the page."""

    film_id: str
    data: bytes
    piece_size: int


@dataclass(frozen=True, slots=True)
class FetchSubtitle:
    """Read subtitles of `pieces` pieces that are held here; answered by `SubtitleFetched`."""

    film_id: str
    pieces: int


@dataclass(frozen=True, slots=True)
class ParseSubtitle:
    """Find the cues in a text of that format; answered by `SubtitleParsed` or `SubtitleUnparsed`."""

    film_id: str
    text: str
    format: SubtitleFormat


@dataclass(frozen=True, slots=True)
class ShowCues:
    """These cues and no others, on this screen. Those that are there already only take their new times."""

    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class RememberSubtitles:
    """Keep for this evening how the person reads."""

    choice: SubtitleChoice


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Keep a handle of the person's own file, or the promise of one, with the film's manifest, for that room."""

    film_id: str
    file: Handle
    handle: Handle
    manifest: bytes
    room: str


@dataclass(frozen=True, slots=True)
class FindFile:
    """Say whether a handle of the film's file is kept, which is for `room` from now on; answered by `FileFound`."""

    film_id: str
    room: str


@dataclass(frozen=True, slots=True)
class ReopenFile:
    """Open the file that is kept, asking the person if need be, and hash these pieces of it.

    Answered by `FileReopened` or `FileWithheld`.
    """

    film_id: str
    piece_size: int
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SampleFile:
    """Hash these pieces of a file, which may be that film; answered by `FileSampled` if it can be read."""

    film_id: str
    file: Handle
    piece_size: int
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ForgetFile:
    """Keep nothing of the film's file any more."""

    film_id: str


@dataclass(frozen=True, slots=True)
class LookAtFilm:
    """Say which of these media types this browser plays, and what the person chose of the film; by `FilmLookedAt`."""

    film_id: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RememberChoice:
    """Keep what the person chose of a film; None: nothing any more."""

    film_id: str
    choice: Choice | None


@dataclass(frozen=True, slots=True)
class RememberTaste:
    """Keep what the person said of films, the last said last: for good if `lasting`, else until the tab is closed."""

    rated: tuple[Rated, ...]
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class KeepTaste:
    """Keep the person's word on whether to keep their taste."""

    on: bool


@dataclass(frozen=True, slots=True)
class SearchFilms:
    """GET the films of the catalogue that this may mean."""

    query: str


@dataclass(frozen=True, slots=True)
class AskFilm:
    """GET what the server knows of a film; answered by `FilmTold`."""

    film: int


@dataclass(frozen=True, slots=True)
class LoadFilms:
    """Fetch the list of films; answered by `FilmsLoaded`."""


@dataclass(frozen=True, slots=True)
class ReadShelf:
    """Say what the store has of all films, and what the time is; answered by `ShelfRead`."""


@dataclass(frozen=True, slots=True)
class KeepFilm:
    """Note this of a film, with its manifest where there is one to keep beside it.

    `anew` notes it also where nothing of the film is kept yet. Without it such a film is passed over, and what is noted
    of a removal stays as it is.
    """

    note: Kept
    manifest: bytes | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class DropFilm:
    """Delete a film from the store; answered by `FilmGone`, here and in every other tab.

    `as_of_s` spares it where its `until_s` is later by now. `note` stays behind in its place. `told` is by another tab.
    """

    film_id: str
    as_of_s: float | None = None
    note: Kept | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class AskPersistence:
    """Ask the browser, once in its life, not to throw away what is kept here. A refusal changes nothing."""


@dataclass(frozen=True, slots=True)
class MeasureSpace:
    """Try again to write what had no room, and say how much there is; answered by `SpaceMeasured`."""


@dataclass(frozen=True, slots=True)
class SaveFilm:
    """Write a kept film into a file of the person's choice, piece by piece; answered by `SaveEnded` or `SaveFailed`.

    `headers` are those of a download, where the browser lets no page write files.
    """

    film_id: str
    name: str
    pieces: int
    piece_size: int
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ScreenFilm:
    """Play a kept film for who watches alone, from where they left off; None: no more. `ScreeningFailed` tells if it
    cannot be played."""

    film_id: str | None


@dataclass(frozen=True, slots=True)
class UseIce:
    """From now on make connections with the help of these STUN servers, and of TURN servers if we have a pass."""

    urls: tuple[str, ...]
    turn: TurnPass | None = None


@dataclass(frozen=True, slots=True)
class LoadFilm:
    """Point the video element at a film (None: at nothing); the person's own file plays directly."""

    film_id: str | None


@dataclass(frozen=True, slots=True)
class Mute:
    """Sound off, and play: the browser allows no more without a gesture."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Sound on: a gesture was given."""


@dataclass(frozen=True, slots=True)
class ReadPlayer:
    """Measure the video element; answered at once by `PlayerMeasured`. So many of its next frames are to be in later
    answers."""

    frames: int


@dataclass(frozen=True, slots=True)
class Log:
    """Tell the console, for whoever looks for the cause: no secrets, nothing a person must know."""

    words: str


@dataclass(frozen=True, slots=True)
class Render:
    """Something visible changed: draw at the next frame."""


Effect = (
    AddCandidate
    | AnswerMedia
    | ApplyDescription
    | AskAtDoor
    | AskCard
    | AskFilm
    | AskPersistence
    | AskRooms
    | AskTicket
    | AttachSource
    | ClosePeer
    | CloseSocket
    | CreateRoom
    | DropFilm
    | FetchSubtitle
    | FindFile
    | FollowLink
    | ForgetFile
    | ForgetSeat
    | GiveUpSeat
    | JoinRoom
    | KeepFile
    | KeepFilm
    | KeepSubtitle
    | LoadFilm
    | KeepTaste
    | LoadFilms
    | Log
    | LookAtFilm
    | MakeOffer
    | MeasurePath
    | MeasureSpace
    | Mute
    | OpenPeer
    | OpenSocket
    | OpenStore
    | ParseSubtitle
    | PeekFile
    | PrepareFilm
    | ReadPlayer
    | ReadShelf
    | RefuseMedia
    | RememberChoice
    | RememberName
    | RememberSeat
    | RememberSubtitles
    | RememberTaste
    | Render
    | RenewRoomLink
    | ReopenFile
    | RestartIce
    | SampleFile
    | SaveFilm
    | ScreenFilm
    | SearchFilms
    | SendBlock
    | SendFrame
    | SendToServer
    | SetPlayer
    | SetRoomPassword
    | ShowAddress
    | ShowCues
    | StorePiece
    | Unmute
    | UseIce
)

# What a part of the session does about one type of event, at page time `now`.
Handler = Callable[[Any, float], list[Effect]]
