"""What a person can see, as frozen values: the session draws it, the views show it.

No secrets but the invite link, no sentences (those are the views'), no
positions that tick: views derive the moving parts from `Player`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.playback.timeline import Timeline
from app.room.deck import Ballot
from app.room.said import Line
from app.room.state import Caller, Item, Policy, Presence, Role, Standing
from app.session.events import FilmLore, KnownFilm, Rated


class Screen(StrEnum):
    """Which of the page's screens is up."""

    HOME = "home"
    ALONE = "alone"
    SCREENING = "screening"
    ARRIVING = "arriving"
    ROOM = "room"
    CLOSED = "closed"


class Trouble(StrEnum):
    """Things a person is told in a sentence of their own, with one next step."""

    BAD_LINK = "bad_link"
    WRONG_LINK = "wrong_link"
    NO_SUCH_ROOM = "no_such_room"
    ROOM_ENDED = "room_ended"
    ROOM_EXPIRED = "room_expired"
    ROOM_FULL = "room_full"
    REPLACED = "replaced"
    PUT_OUT = "put_out"
    KEPT_OUT = "kept_out"
    DECLINED = "declined"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    LEFT = "left"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_BUSY = "server_busy"
    TOO_OFTEN = "too_often"
    SERVER_STRANGE = "server_strange"
    FOREIGN_ADDRESS = "foreign_address"
    NEW_VERSION = "new_version"
    NOT_A_FILM = "not_a_film"
    EMPTY_FILE = "empty_file"
    FOLDER = "folder"
    NO_FILE = "no_file"
    NOT_ARRIVED = "not_arrived"
    SEVERAL_FILES = "several_files"
    ALREADY_QUEUED = "already_queued"
    TOO_LARGE = "too_large"
    UNREADABLE_FILE = "unreadable_file"
    SOURCE_CHANGED = "source_changed"
    CANNOT_PLAY = "cannot_play"
    STORAGE_FULL = "storage_full"
    STORAGE_REFUSED = "storage_refused"
    LARGE_FILE = "large_file"
    NO_SPACE = "no_space"
    FILM_REMOVED = "film_removed"
    NOT_WHOLE = "not_whole"
    NOT_SAVED = "not_saved"
    NOT_WATCHED = "not_watched"
    KEPT_GONE = "kept_gone"
    KEPT_UNPLAYABLE = "kept_unplayable"
    OLD_BROWSER = "old_browser"
    SOURCE_GONE = "source_gone"
    GIVE_BACK = "give_back"
    FILE_CHANGED = "file_changed"
    OTHER_FILM = "other_film"
    NOBODY_HAS_IT = "nobody_has_it"
    UNCONNECTED = "unconnected"
    CUT_OFF = "cut_off"
    UNREACHED = "unreached"
    NOT_SUBTITLES = "not_subtitles"
    SUBTITLES_TOO_LARGE = "subtitles_too_large"
    SUBTITLES_ALONE = "subtitles_alone"
    SUBTITLES_THERE = "subtitles_there"
    SUBTITLES_LACK = "subtitles_lack"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line to tell, with `about` filling its gap: a name, a file, a refusal's code. `names` are several files."""

    trouble: Trouble
    about: str = ""
    names: tuple[str, ...] = ()


class Link(StrEnum):
    """How the WebSocket stands."""

    NONE = "none"
    CONNECTING = "connecting"
    UP = "up"
    WAITING = "waiting"


class Deed(StrEnum):
    """What somebody did, for the activity line and for screen readers."""

    JOINED = "joined"
    LEFT = "left"
    AWAY = "away"
    RETURNED = "returned"
    PLAYED = "played"
    PAUSED = "paused"
    SOUGHT = "sought"
    SET_RATE = "set_rate"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    SUBTITLED = "subtitled"
    UNSUBTITLED = "unsubtitled"
    SKIPPED = "skipped"
    SET_POLICY = "set_policy"
    MADE_COHOST = "made_cohost"
    MADE_VIEWER = "made_viewer"
    MADE_HOST = "made_host"
    PUT_OUT = "put_out"
    SAID = "said"
    REACTED = "reacted"
    KNOCKED = "knocked"
    TURNED_AWAY = "turned_away"
    OPENED = "opened"
    CLOSED = "closed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    RELINKED = "relinked"
    HOST_BACK = "host_back"
    HELD = "held"
    WENT_ON = "went_on"
    NEXT_CAME = "next_came"
    ENDED = "ended"
    GAVE_BACK = "gave_back"
    HAD_ALREADY = "had_already"


@dataclass(frozen=True, slots=True)
class Activity:
    """Who did what; `detail` is a position in seconds, a rate, or a name of a film or of subtitles.

    Of what the host does to somebody, `who` is that person. `number` grows by one each time.
    """

    number: int
    deed: Deed
    who: str
    mine: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The last line of talk that the room did not take: back to who wrote it. `number` grows by one each time."""

    number: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a guest sees before joining. `knocks`: somebody has to let them in. `code` where there are several. `full`:
    nobody comes in before somebody leaves."""

    title: str
    names: tuple[str, ...]
    film: str | None
    needs_password: bool = False
    knocks: bool = False
    code: str = ""
    full: bool = False


@dataclass(frozen=True, slots=True)
class Preparing:
    """A file being read and hashed before it can be shared. Sizes in bytes. `known`: it seems to be the film on."""

    name: str
    done: int
    size: int
    known: bool = False


class Flow(StrEnum):
    """How the film's bytes stand on this machine."""

    SOURCE = "source"
    CHECKING = "checking"
    CANNOT_PLAY = "cannot_play"
    DECLINED = "declined"
    UNCONNECTED = "unconnected"
    CONNECTING = "connecting"
    RECEIVING = "receiving"
    WAITING = "waiting"
    HALTED = "halted"
    UNKEPT = "unkept"
    SPACE = "space"
    REMOVED = "removed"
    STALLED = "stalled"
    FILE_MISSED = "file_missed"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The film on its way. Rates in bytes a second; `held` are shares of the film, 0 to 1, in order.

    `received_bytes` came since the page was opened, `from_viewers` of it (0 to 1) not from whoever put the film on;
    `given_bytes` went out. `halted_by` are those who have paused sending to us; `sending_halted` is our own pause.
    `plays` tells whether this browser can play it, `lacks` which of its codecs are not known here.
    """

    flow: Flow
    held_bytes: int
    size: int
    rate_Bps: float
    left_s: float | None
    sources: tuple[str, ...]
    held: tuple[tuple[float, float], ...]
    sending_Bps: float = 0.0
    receivers: tuple[str, ...] = ()
    halted_by: tuple[str, ...] = ()
    sending_halted: bool = False
    received_bytes: int = 0
    from_viewers: float | None = None
    given_bytes: int = 0
    plays: bool = True
    lacks: tuple[str, ...] = ()


class Reading(StrEnum):
    """How subtitles stand on this screen."""

    COMING = "coming"
    HERE = "here"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class SubtitleLine:
    """Subtitles of the film that is on; `name` is the file's, `language` a tag or empty."""

    film_id: str
    name: str
    language: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Subtitles:
    """What there is to read, what this screen shows of it (None: nothing), how large, and how much later."""

    lines: tuple[SubtitleLine, ...] = ()
    shown: str | None = None
    size: str = "medium"
    shift_ms: int = 0


class Playing(StrEnum):
    """What the video element is doing, in the words a person would use."""

    NOTHING = "nothing"
    PAUSED = "paused"
    PLAYING = "playing"
    WAITING_FOR_DOWNLOAD = "waiting_for_download"
    CATCHING_UP = "catching_up"
    WAITING_FOR_OTHERS = "waiting_for_others"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Player:
    """Where the room is (`timeline`, with `room_offset_s` = room time − page time) and how this screen follows.

    `drift_ms` is own position − room position, or None while it is not measured. `needs_sound` asks for
    the "Turn on sound" button, `needs_click` for a big play button (the browser refused even muted play).
    """

    playing: Playing
    timeline: Timeline
    room_offset_s: float
    duration_s: float | None
    drift_ms: float | None
    needs_sound: bool = False
    needs_click: bool = False


class Watching(StrEnum):
    """What keeps somebody from watching in step just now."""

    AWAITED = "awaited"
    DRY = "dry"
    BEHIND = "behind"
    AHEAD = "ahead"
    PAUSED_IT = "paused_it"


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the roster. `connected`: a data channel to them is open; `share` of the film they hold, 0 to 1.

    `standing` is how the film stands with them, None while they have not said; `rate_Bps` comes in, `ahead_s` seconds
    are held ahead of the playhead of the `need_s` it takes to watch on, `lacks` are the codecs their browser does not
    know. `drift_s` is how far off the room their screen is. `watching`: what keeps them from watching in step.
    """

    id: str
    name: str
    role: Role
    presence: Presence
    me: bool
    connected: bool
    share: float | None
    standing: Standing | None = None
    rate_Bps: float = 0.0
    ahead_s: float = 0.0
    lacks: str = ""
    need_s: float = 0.0
    drift_s: float | None = None
    watching: Watching | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody the room waits for, who holds `ahead_s` of the `need_s` seconds it takes to watch on."""

    name: str
    me: bool
    ahead_s: float
    need_s: float


@dataclass(frozen=True, slots=True)
class Apart:
    """How far off the room its screens are, in milliseconds: the median, and the 95th percentile."""

    p50_ms: float
    p95_ms: float


class Way(StrEnum):
    """How somebody's browser is connected with ours. The last five are not: the film goes around, if it can."""

    DIRECT = "direct"
    RELAYED = "relayed"
    SHAKEN = "shaken"
    CONNECTING = "connecting"
    AWAY = "away"
    AROUND = "around"
    UNREACHABLE = "unreachable"
    NO_NEIGHBOUR = "no_neighbour"
    CUT_OFF = "cut_off"
    UNABLE = "unable"


@dataclass(frozen=True, slots=True)
class Peer:
    """One line of the details. `share` of the film they hold, 0 to 1; `rtt_s`: there and back; rates in bytes/s."""

    id: str
    name: str
    way: Way
    share: float | None = None
    rtt_s: float | None = None
    receiving_Bps: float = 0.0
    sending_Bps: float = 0.0


@dataclass(frozen=True, slots=True)
class May:
    """What I may do here."""

    play_pause: bool = False
    seek: bool = False
    add: bool = False
    choose: bool = False
    set_policy: bool = False
    lead: bool = False
    admit: bool = False
    end: bool = False
    overrule: bool = False


@dataclass(frozen=True, slots=True)
class ShelfFilm:
    """A film kept on this device. Sizes in bytes; `name` is empty where an older page kept it.

    `left_s` is how long it stays, None while its room is open here; `on` tells whether it is on in this room.
    `saved_share` is how much of it is in the person's file, 0 to 1, None unless it is being saved.
    """

    film_id: str
    name: str
    size: int
    held_bytes: int
    left_s: float | None
    room: str
    on: bool
    whole: bool
    saved_share: float | None = None
    saved: bool = False


class Seeing(StrEnum):
    """What somebody sees of a room that chooses."""

    NOTHING = "nothing"
    INVITED = "invited"
    RATING = "rating"
    WAITING = "waiting"
    DEALING = "dealing"
    VOTING = "voting"
    SPENT = "spent"
    MATCHED = "matched"


@dataclass(frozen=True, slots=True)
class Choosing:
    """How the room finds a film. `rated` is the person's own, of which `lacking` more are wanted; `found` is what the
    catalogue answered, None while it has not, `failed` where it cannot. `awaited` are names of who has yet to rate.
    `unasked`: the person has no word on whether to keep their taste. `lore` is what is known of the card that is up
    beyond what stands on it; `lore_failed`: that cannot be had just now."""

    seeing: Seeing = Seeing.NOTHING
    ballot: Ballot = field(default_factory=Ballot)
    me: str = ""
    rated: tuple[Rated, ...] = ()
    lacking: int = 0
    query: str = ""
    found: tuple[KnownFilm, ...] | None = None
    failed: bool = False
    genres: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    tied: bool = False
    unasked: bool = False
    lore: FilmLore | None = None
    lore_failed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole page. `acting_for` names the host who is away while somebody acts, or is empty; `screening` is the kept
    film that is watched alone. `unserved`: no server answers, so there are no rooms."""

    screen: Screen = Screen.HOME
    name: str = ""
    busy: bool = False
    unserved: bool = False
    notice: Notice | None = None
    link: Link = Link.NONE
    retry_in_s: float | None = None
    pending: int = 0
    card: Card | None = None
    title: str = ""
    code: str = ""
    invite: str = ""
    people: tuple[Person, ...] = ()
    acting_for: str = ""
    talk: tuple[Line, ...] = ()
    returned: Returned = field(default_factory=Returned)
    callers: tuple[Caller, ...] = ()
    public: bool = False
    has_password: bool = False
    knocking: bool = False
    rooms: tuple[Card, ...] = ()
    peers: tuple[Peer, ...] = ()
    policy: Policy = field(default_factory=Policy)
    may: May = field(default_factory=May)
    queue: tuple[Item, ...] = ()
    current: Item | None = None
    preparing: Preparing | None = None
    transfer: Transfer | None = None
    player: Player | None = None
    subtitles: Subtitles = field(default_factory=Subtitles)
    waiting: tuple[Awaited, ...] = ()
    apart: Apart | None = None
    activity: tuple[Activity, ...] = ()
    download_limit_Bps: int | None = None
    upload_limit_Bps: int | None = None
    sending_paused: bool = False
    receiving_paused: bool = False
    shelf: tuple[ShelfFilm, ...] = ()
    lacking_bytes: int = 0
    screening: ShelfFilm | None = None
    choosing: Choosing = field(default_factory=Choosing)
