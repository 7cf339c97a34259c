"""Everything that can happen to one person's evening, in the past tense.

First what the person did (views say these), then what the browser reports
(adapters say these). Opaque handles stay JavaScript objects: the session
passes them on and never looks inside.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.playback.player import PlayerMeasured
from app.recommend.pack import Pack
from app.room.deck import Wish
from app.room.messages import ServerMessage
from app.room.said import Reaction
from app.room.state import Policy, Role
from app.swarm.wire import Frame

if TYPE_CHECKING:
    from app.session.effects import Effect

Handle = Any


# --- the person


@dataclass(frozen=True, slots=True)
class StartPressed:
    """Wants a room of their own, under that name."""

    name: str


@dataclass(frozen=True, slots=True)
class JoinPressed:
    """Wants into the room of the link, under that name, with that password if there is one."""

    name: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class LinkEntered:
    """Typed or pasted an invite link, or its last part."""

    text: str


@dataclass(frozen=True, slots=True)
class FilmChosen:
    """Dropped or picked a file. `mime` is what the browser thinks; the content decides. `size` in bytes.

    `follows` tells that it came together with the one before. `handle` is what a browser that has handles can find
    the file by after a reload, or the promise of it.
    """

    file: Handle
    name: str
    size: int
    mime: str
    follows: bool = False
    handle: Handle = None


@dataclass(frozen=True, slots=True)
class UnusableDropped:
    """Dropped something that is no file: the folder of that name, or, without one, words or a picture."""

    name: str
    follows: bool = False


@dataclass(frozen=True, slots=True)
class NothingArrived:
    """Another program opened something with this page, or shared it, and it got lost on its way."""


@dataclass(frozen=True, slots=True)
class GiveBackPressed:
    """Lets this page read the film's own file again."""


@dataclass(frozen=True, slots=True)
class AddAsNewPressed:
    """Wants a file in the queue although it is not the film that was missed."""


@dataclass(frozen=True, slots=True)
class PlayPressed:
    """Wants everyone's film to run."""


@dataclass(frozen=True, slots=True)
class AnywayPressed:
    """Wants the film to start now, without those the room waits for."""


@dataclass(frozen=True, slots=True)
class PausePressed:
    """Wants everyone's film to stop."""


@dataclass(frozen=True, slots=True)
class SeekPressed:
    """Wants everyone at that position, in seconds into the film."""

    position_s: float


@dataclass(frozen=True, slots=True)
class StepPressed:
    """Wants everyone that many seconds on (negative: back)."""

    by_s: float


@dataclass(frozen=True, slots=True)
class RatePicked:
    """Wants the film at that speed for everyone."""

    rate: float


@dataclass(frozen=True, slots=True)
class PolicyPicked:
    """The host chose what viewers may do."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """The host made somebody a cohost, or a viewer."""

    member: str
    role: Role


@dataclass(frozen=True, slots=True)
class HostGiven:
    """The host handed the room over."""

    member: str


@dataclass(frozen=True, slots=True)
class MemberPutOut:
    """The host wants somebody out of the room."""

    member: str


@dataclass(frozen=True, slots=True)
class MemberBanned:
    """The host wants somebody out, and that device in no more."""

    member: str


@dataclass(frozen=True, slots=True)
class CallerAdmitted:
    """Lets somebody in who knocks."""

    caller: str


@dataclass(frozen=True, slots=True)
class CallerDeclined:
    """Turns somebody away who knocks."""

    caller: str


@dataclass(frozen=True, slots=True)
class VisibilityPicked:
    """The host wants the room listed for everybody, or not."""

    public: bool


@dataclass(frozen=True, slots=True)
class PasswordGiven:
    """The host wants that password asked at the door; empty: none."""

    password: str


@dataclass(frozen=True, slots=True)
class NewLinkPressed:
    """The host wants another link, and the old one to let nobody in."""


@dataclass(frozen=True, slots=True)
class ChatSent:
    """Said something to everybody."""

    text: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """Wants something to float over everybody's film."""

    reaction: Reaction


@dataclass(frozen=True, slots=True)
class ItemPicked:
    """Wants that item of the queue on."""

    item: str


@dataclass(frozen=True, slots=True)
class ItemRemoved:
    """Wants that item out of the queue."""

    item: str


@dataclass(frozen=True, slots=True)
class ItemMoved:
    """Wants that item of the queue so many places further down (negative: up)."""

    item: str
    by: int


@dataclass(frozen=True, slots=True)
class SubtitlePicked:
    """Wants to read those subtitles, on this screen only; with an empty id none."""

    film_id: str


@dataclass(frozen=True, slots=True)
class SubtitlesShifted:
    """Wants the subtitles that many milliseconds later (negative: earlier), on this screen only."""

    by_ms: int


@dataclass(frozen=True, slots=True)
class SubtitleSizePicked:
    """Wants subtitles small, medium or large, on this screen only."""

    size: str


@dataclass(frozen=True, slots=True)
class SubtitleTakenOff:
    """Wants those subtitles off that item of the queue, for everyone."""

    item: str
    film_id: str


@dataclass(frozen=True, slots=True)
class LimitsPicked:
    """Own speed limits in bytes a second; None: no limit."""

    download_Bps: int | None
    upload_Bps: int | None


@dataclass(frozen=True, slots=True)
class PausesPicked:
    """Whether this browser is to send no film, and to ask for none."""

    sending: bool
    receiving: bool


@dataclass(frozen=True, slots=True)
class SoundPressed:
    """Gave the gesture that lets this browser play, with sound."""


@dataclass(frozen=True, slots=True)
class NoticeDismissed:
    """Read it."""


@dataclass(frozen=True, slots=True)
class RetryPressed:
    """Wants the lost connection tried now, or this tab to take the seat back."""


@dataclass(frozen=True, slots=True)
class LeavePressed:
    """Goes home."""


@dataclass(frozen=True, slots=True)
class EndPressed:
    """The host closes the room for everyone."""


@dataclass(frozen=True, slots=True)
class FilmDeclined:
    """Does not want that film on this machine."""

    film_id: str


@dataclass(frozen=True, slots=True)
class RemovePressed:
    """Wants a kept film off this device, and has said yes to what that means."""

    film_id: str


@dataclass(frozen=True, slots=True)
class FilmWanted:
    """Wants that film after all, or though this browser cannot play it."""

    film_id: str


@dataclass(frozen=True, slots=True)
class FetchPressed:
    """Wants a film after all that was removed."""

    film_id: str


@dataclass(frozen=True, slots=True)
class BringPressed:
    """Wants the large file in the room that was asked about."""


@dataclass(frozen=True, slots=True)
class GoOnPressed:
    """Wants as much of the film kept as there is room for."""


@dataclass(frozen=True, slots=True)
class SavePressed:
    """Wants a kept film as a file of their own."""

    film_id: str


@dataclass(frozen=True, slots=True)
class WatchPressed:
    """Wants to watch a kept film alone."""

    film_id: str


@dataclass(frozen=True, slots=True)
class WatchingEnded:
    """Wants back from the film that is watched alone."""


# --- the page and the server


class Verdict(StrEnum):
    """What a person says of a film."""

    LOVED = "loved"
    LIKED = "liked"
    HATED = "hated"


@dataclass(frozen=True, slots=True)
class KnownFilm:
    """A film of the server's catalogue, by its number there."""

    film: int
    title: str
    year: int


@dataclass(frozen=True, slots=True)
class Rated:
    """A film and what the person says of it."""

    known: KnownFilm
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ChoosePressed:
    """Wants to find a film together, or to come back to that."""


@dataclass(frozen=True, slots=True)
class FilmRated:
    """Said something of a film; said again, it is taken back."""

    film: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FilmsSearched:
    """Typed so much of a film's title."""

    query: str


@dataclass(frozen=True, slots=True)
class ReadyPressed:
    """Has rated enough films."""


@dataclass(frozen=True, slots=True)
class VotePressed:
    """Wants the card that is up watched, or skipped; pressed again, neither."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class UndoPressed:
    """Wants the card before back."""


@dataclass(frozen=True, slots=True)
class AnotherPressed:
    """Wants to go on looking after a film was found."""


@dataclass(frozen=True, slots=True)
class CardsPressed:
    """Wants cards: without those who have rated nothing, or fifteen more."""


@dataclass(frozen=True, slots=True)
class FiltersPicked:
    """Wants cards of that genre (empty: any) and that decade, by its first year (None: any)."""

    genre: str
    decade: int | None


@dataclass(frozen=True, slots=True)
class MajorityPicked:
    """Most shall be enough, or all have to agree again."""

    on: bool


@dataclass(frozen=True, slots=True)
class LotsPressed:
    """Wants chance to decide."""


@dataclass(frozen=True, slots=True)
class StepOutPressed:
    """Wants no part in the choosing."""


@dataclass(frozen=True, slots=True)
class ChoosingEnded:
    """Wants the choosing to be over for everyone."""


@dataclass(frozen=True, slots=True)
class FilmsFound:
    """The catalogue's answer to a query, well-known films to an empty one; None: it could not be asked.

    `more` tells whether the server may know more of the films of a deck.
    """

    query: str
    films: tuple[KnownFilm, ...] | None
    genres: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class AlonePressed:
    """Choose a film alone, without a room."""


@dataclass(frozen=True, slots=True)
class FilmsLoaded:
    """The list of films was fetched; None: it cannot be had."""

    pack: Pack | None


@dataclass(frozen=True, slots=True)
class FilmLore:
    """What the server knows of a film; empty, 0 or () where it does not. `rating` is of 10, `poster` an address of our
    own origin, `where` a page that tells how to watch it."""

    overview: str = ""
    minutes: int = 0
    rating: float = 0.0
    platforms: tuple[str, ...] = ()
    where: str = ""
    poster: str = ""


@dataclass(frozen=True, slots=True)
class FilmTold:
    """What the server knows of a film by its number, None if nothing; `failed`: it could not say just now."""

    film: int
    lore: FilmLore | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class TasteRecalled:
    """What the browser remembers of the films its person rated, and whether for good; None: they were not asked."""

    rated: tuple[Rated, ...]
    lasting: bool | None = None


@dataclass(frozen=True, slots=True)
class TasteKept:
    """The person's word on whether this browser is to keep what they said of films."""

    on: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room that this browser remembers. `resume_secret` proves it; never shown, never logged.

    `link_secret` is that of the invite we came by: the address may be changed, and must not be handed on then.
    """

    code: str
    member: str
    resume_secret: str
    link_secret: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SubtitleChoice:
    """How a person reads this evening. `film_id` None: nothing was chosen yet, empty: no subtitles.

    `language` is that of the subtitles chosen last, so that the next film's are found; `shifts` are (film id,
    milliseconds later).
    """

    film_id: str | None = None
    language: str = ""
    size: str = "medium"
    shifts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SubtitlesRecalled:
    """The browser remembers how this person reads."""

    choice: SubtitleChoice


@dataclass(frozen=True, slots=True)
class PageOpened:
    """The page is up, at that address fragment (without #), with what the browser remembers.

    `wall_s` is this machine's clock, in Unix seconds.
    """

    fragment: str
    name: str
    seat: Seat | None
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FragmentChanged:
    """The person edited the address or followed an invite in the same tab."""

    fragment: str
    seat: Seat | None


@dataclass(frozen=True, slots=True)
class RoomCreated:
    """A room of our own exists, and a seat in it."""

    seat: Seat
    link_secret: str
    ticket: str


@dataclass(frozen=True, slots=True)
class LinkRenewed:
    """The room of that code has another link, and this is its secret."""

    code: str
    link_secret: str


@dataclass(frozen=True, slots=True)
class CardReceived:
    """What a guest may know of a room before joining."""

    code: str
    title: str
    names: tuple[str, ...]
    film: str | None
    needs_password: bool = False
    public: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class RoomsListed:
    """The rooms that anybody may come into."""

    rooms: tuple[CardReceived, ...]


@dataclass(frozen=True, slots=True)
class KnockTaken:
    """We are at the door; the seat is ours once we are let in."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class DoorAnswered:
    """With a ticket we are in; without one `code` tells why not, "waiting" if nobody has answered yet."""

    seat: Seat
    ticket: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """We are in; the ticket opens the socket. `again`: into a place that this browser remembered."""

    seat: Seat
    ticket: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """An HTTP request came to nothing: `code` is the server's reason, or "unreachable"; `asked` is the request.

    `wait_s` is in how many seconds the server wants it asked again, 0 where it does not say.
    """

    asked: "Effect"
    code: str
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The WebSocket is up; hello is next."""


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The server said something that fits the protocol. `at` is when it came, on the page's clock, in seconds."""

    message: ServerMessage
    at: float


@dataclass(frozen=True, slots=True)
class MessageUnreadable:
    """The server said something that does not fit the protocol."""

    why: str


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """The WebSocket is down, with its close code."""

    code: int


# --- the film's file and its pieces


@dataclass(frozen=True, slots=True)
class FilePeeked:
    """Some bytes of a chosen file, as they were asked for: the first tell its container, others its codecs."""

    file: Handle
    name: str
    size: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PrepareProgressed:
    """That many bytes of the chosen file are hashed."""

    done: int


@dataclass(frozen=True, slots=True)
class FilmPrepared:
    """The chosen file, hashed: `hashes` are 32 bytes a piece; `duration_s` None where the container does not tell."""

    file: Handle
    name: str
    size: int
    mime: str
    piece_size: int
    hashes: bytes
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class PrepareFailed:
    """The chosen file cannot be shared: `why` is the value of a `Trouble`, `about` the file or what is lacking."""

    about: str
    why: str


@dataclass(frozen=True, slots=True)
class StoreOpened:
    """What this browser holds of a film: its manifest as it was kept, and one bit a piece, first piece highest.

    `room_bytes` is what the browser would still keep, None where it does not tell; `removed` the code of the room in
    which the person removed the film, or empty.
    """

    film_id: str
    manifest: bytes | None
    bitfield: bytes
    room_bytes: int | None = None
    removed: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store notes of a film. Sizes in bytes, times in Unix seconds by this machine's clock.

    `room` is the code of the room it is kept for, `used_s` when this browser was last in it, `until_s` when the film
    may be deleted, `removed` the code of the room in which the person removed it. Version 1 noted none of it.
    """

    film_id: str
    name: str = ""
    size: int = 0
    mime: str = ""
    piece_size: int = 0
    duration_s: float | None = None
    room: str = ""
    used_s: float = 0.0
    until_s: float = 0.0
    removed: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A film in the store: what is noted of it, the first bytes of its manifest, and how many pieces there are."""

    note: Kept
    head: bytes
    pieces: int


@dataclass(frozen=True, slots=True)
class ShelfRead:
    """Everything the store has, as of `wall_s`, in Unix seconds."""

    films: tuple[Found, ...]
    wall_s: float


@dataclass(frozen=True, slots=True)
class FilmGone:
    """A film was deleted from the store; `elsewhere`: by another tab."""

    film_id: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class SpaceMeasured:
    """How many bytes more the browser says it would keep; None where it does not tell.

    Some browsers always say the same. So `written` tells whether it keeps now what it refused before for lack of room.
    """

    room_bytes: int | None
    written: bool


@dataclass(frozen=True, slots=True)
class SaveProgressed:
    """That many bytes of a film are in the person's file."""

    film_id: str
    done: int


@dataclass(frozen=True, slots=True)
class SaveEnded:
    """The film is in the person's file; or, with `given_up`, they wanted it no longer."""

    film_id: str
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """The film could not be written, or not be read."""

    film_id: str


@dataclass(frozen=True, slots=True)
class ScreeningFailed:
    """The video element of who watches a kept film alone gave up on it."""

    film_id: str


@dataclass(frozen=True, slots=True)
class PieceStored:
    """Hashed, found right, written."""

    film_id: str
    piece: int


@dataclass(frozen=True, slots=True)
class PieceRejected:
    """Hashed and found wrong; nothing was written."""

    film_id: str
    piece: int


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The browser would not keep a piece, so it is not held; `full` tells whether for lack of room."""

    film_id: str
    piece: int | None
    full: bool


@dataclass(frozen=True, slots=True)
class PieceUnreadable:
    """A piece that was kept is not there any more: the browser or the person cleared it."""

    film_id: str
    piece: int


@dataclass(frozen=True, slots=True)
class StoreLost:
    """The database is not the one it was: what it held of any film may be gone."""


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """The file we share cannot be read any more (moved, disk gone), or is not what it was (`changed`)."""

    film_id: str
    changed: bool = False


class Choice(StrEnum):
    """What a person chose of a film: not to have it, or to have it though it cannot be played."""

    DECLINED = "declined"
    ANYWAY = "anyway"


@dataclass(frozen=True, slots=True)
class FilmLookedAt:
    """Which of the media types asked about this browser plays, and what the person chose of the film before."""

    film_id: str
    plays: tuple[bool, ...]
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class SubtitleFetched:
    """The bytes of subtitles that are held here whole; None: a piece of them could not be read."""

    film_id: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class SubtitleParsed:
    """What the text of subtitles holds, as (start, end, words), in milliseconds of the film."""

    film_id: str
    cues: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class SubtitleUnparsed:
    """Subtitles could not be parsed; `lack` tells that for want of the parser, which did not arrive."""

    film_id: str
    lack: bool = False


@dataclass(frozen=True, slots=True)
class FileFound:
    """What is kept of a film's file: its manifest, None where nothing is; `permitted`: it may be opened unasked."""

    film_id: str
    manifest: bytes | None
    permitted: bool = False


@dataclass(frozen=True, slots=True)
class FileReopened:
    """The file that was kept is open, and a sample of its pieces hashed, in the order asked for; `size` in bytes.

    `unchanged`: its size and the time of its last change are as they were.
    """

    film_id: str
    file: Handle
    handle: Handle
    name: str
    size: int
    unchanged: bool
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FileWithheld:
    """The file that was kept cannot be opened: it is `missing`, or the person said no."""

    film_id: str
    missing: bool


@dataclass(frozen=True, slots=True)
class FileSampled:
    """Some pieces of a chosen file are hashed, in the order asked for."""

    film_id: str
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class MediaRequested:
    """The video element asked for bytes; `range_header` as it came, None where there was none."""

    request: int
    film_id: str
    method: str
    range_header: str | None


# --- other browsers


@dataclass(frozen=True, slots=True)
class NegotiationNeeded:
    """The connection to `peer` wants an offer."""

    peer: str


@dataclass(frozen=True, slots=True)
class DescriptionMade:
    """Our offer or answer for `peer` is set locally and ready to go."""

    peer: str
    kind: str
    sdp: str


@dataclass(frozen=True, slots=True)
class DescriptionFailed:
    """A description could not be made or taken; that negotiation is over."""

    peer: str


@dataclass(frozen=True, slots=True)
class DescriptionTaken:
    """The far side's offer or answer is set."""

    peer: str
    kind: str


@dataclass(frozen=True, slots=True)
class CandidateFound:
    """A way to reach us, for `peer`, as JSON text."""

    peer: str
    candidate: str


@dataclass(frozen=True, slots=True)
class PeerConnected:
    """Both channels to `peer` are open."""

    peer: str


@dataclass(frozen=True, slots=True)
class PeerLost:
    """The connection to `peer` failed or closed."""

    peer: str


@dataclass(frozen=True, slots=True)
class PeerShaken:
    """The way to `peer` is lost, perhaps for a moment; `failed`: the browser looks for none any more."""

    peer: str
    failed: bool


@dataclass(frozen=True, slots=True)
class PeerSteadied:
    """The connection to `peer` has a way, or has one again."""

    peer: str


@dataclass(frozen=True, slots=True)
class PathMeasured:
    """Which way the connection to `peer` goes: through a relay server or straight, and seconds there and back."""

    peer: str
    relayed: bool
    rtt_s: float | None


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """`peer` said something on the control channel that fits the wire format."""

    peer: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class FrameUnreadable:
    """`peer` said something, on either channel, that does not."""

    peer: str
    why: str


@dataclass(frozen=True, slots=True)
class BlockReceived:
    """Film bytes from `peer`; `handle` holds header and payload, still a JavaScript buffer. Sizes in bytes."""

    peer: str
    request: int
    piece: int
    offset: int
    size: int
    handle: Handle


@dataclass(frozen=True, slots=True)
class BlockSent:
    """A block is handed to the browser and its queue has room again."""

    peer: str
    size: int


@dataclass(frozen=True, slots=True)
class BlockUnsent:
    """A block could not be sent: its piece is not held here after all."""

    peer: str
    request: int
    size: int


# --- the player and time


@dataclass(frozen=True, slots=True)
class PlayerChanged:
    """The video element raised an event of that name: play, pause, seeking, seeked, waiting, playing, ended …

    `stuck` tells whether it stands at the end of what it can play, or has given up on the film. `rate` is its speed, of
    which it tells (ratechange) only where it was not set from here.
    """

    kind: str
    at: float
    position_s: float
    stuck: bool = False
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class PlayRefused:
    """The browser would not play without a gesture; `muted` tells whether even without sound."""

    muted: bool


@dataclass(frozen=True, slots=True)
class PlayerFailed:
    """The video element gave up on the film: its bytes are not playable here."""

    film_id: str


@dataclass(frozen=True, slots=True)
class VisibilityChanged:
    """The tab went to the back or came to the front, or goes on after the browser froze it. A film in a window of its
    own is at the front."""

    hidden: bool


@dataclass(frozen=True, slots=True)
class BrowserLacks:
    """This browser, or this window of it, cannot do what Matinee needs: `what` names it."""

    what: str


@dataclass(frozen=True, slots=True)
class LackMended:
    """What this browser lacked has come after all."""

    what: str


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """The browser says it is online, or not."""

    online: bool


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The moment that `Session.next_timer` named has come."""


Event = (
    AddAsNewPressed
    | AlonePressed
    | AnywayPressed
    | AnotherPressed
    | CardsPressed
    | ChoosePressed
    | ChoosingEnded
    | FilmRated
    | FilmsFound
    | FilmsSearched
    | FiltersPicked
    | LotsPressed
    | MajorityPicked
    | ReadyPressed
    | StepOutPressed
    | TasteRecalled
    | UndoPressed
    | VotePressed
    | BlockReceived
    | BlockSent
    | BlockUnsent
    | BringPressed
    | BrowserLacks
    | CallerAdmitted
    | CallerDeclined
    | CandidateFound
    | CardReceived
    | ChatSent
    | DescriptionFailed
    | DescriptionMade
    | DescriptionTaken
    | DoorAnswered
    | EndPressed
    | FetchPressed
    | FileFound
    | FilePeeked
    | FileReopened
    | FileSampled
    | FileWithheld
    | FilmChosen
    | FilmDeclined
    | FilmGone
    | FilmLookedAt
    | FilmPrepared
    | FilmsLoaded
    | FilmTold
    | FilmWanted
    | FragmentChanged
    | FrameReceived
    | FrameUnreadable
    | GiveBackPressed
    | GoOnPressed
    | HostGiven
    | ItemMoved
    | ItemPicked
    | ItemRemoved
    | JoinPressed
    | KnockTaken
    | LackMended
    | LeavePressed
    | LimitsPicked
    | LinkEntered
    | LinkRenewed
    | MediaRequested
    | MemberBanned
    | MemberPutOut
    | MessageReceived
    | MessageUnreadable
    | NegotiationNeeded
    | NetworkChanged
    | NewLinkPressed
    | NothingArrived
    | NoticeDismissed
    | PageOpened
    | PasswordGiven
    | PathMeasured
    | PausePressed
    | PausesPicked
    | PeerConnected
    | PeerLost
    | PeerShaken
    | PeerSteadied
    | PieceRejected
    | PieceStored
    | PieceUnreadable
    | PlayerChanged
    | PlayerFailed
    | PlayerMeasured
    | PlayPressed
    | PlayRefused
    | PolicyPicked
    | PrepareFailed
    | PrepareProgressed
    | RatePicked
    | Reacted
    | RemovePressed
    | RequestFailed
    | RetryPressed
    | RoleGiven
    | RoomCreated
    | RoomsListed
    | SaveEnded
    | SaveFailed
    | SavePressed
    | SaveProgressed
    | ScreeningFailed
    | SeatTaken
    | SeekPressed
    | ShelfRead
    | SocketClosed
    | SocketOpened
    | SoundPressed
    | SourceFailed
    | SpaceMeasured
    | StartPressed
    | StepPressed
    | StoreFailed
    | StoreLost
    | StoreOpened
    | SubtitleFetched
    | SubtitleParsed
    | SubtitlePicked
    | SubtitleSizePicked
    | SubtitlesRecalled
    | SubtitlesShifted
    | SubtitleTakenOff
    | SubtitleUnparsed
    | TasteKept
    | TimerFired
    | UnusableDropped
    | VisibilityChanged
    | VisibilityPicked
    | WatchingEnded
    | WatchPressed
)
