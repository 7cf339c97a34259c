"""The room as its members see it. No secrets stand here: see `StoredRoom` in the server's store for those.

Everything is frozen; the reducer makes new rooms out of old ones.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.playback.gate import Wait, WaitFor
from app.playback.timeline import Timeline
from app.room.bounds import (
    MAX_MEMBERS,
    USUAL_MEMBERS,
    FileName,
    FilmBytes,
    FilmId,
    Identifier,
    Language,
    LinkMark,
    MemberCount,
    MimeType,
    Name,
    PieceBytes,
    Position,
    Revision,
    Seconds,
    SubtitleBytes,
)
from app.room.deck import Ballot
from app.room.said import Line

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


class Role(StrEnum):
    """What a member may do; the table is in `people`."""

    HOST = "host"
    COHOST = "cohost"
    VIEWER = "viewer"


class Presence(StrEnum):
    """Whether a member has a connection. A member is not its connection."""

    HERE = "here"
    AWAY = "away"


class Phase(StrEnum):
    """The life of a room."""

    LOBBY = "lobby"
    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"


class Standing(StrEnum):
    """How the film that is on stands with a member."""

    CHECKING = "checking"
    CANNOT_PLAY = "cannot_play"
    DECLINED = "declined"
    NO_SPACE = "no_space"
    WAITING_FOR_SPACE = "waiting_for_space"
    STORE_REFUSED = "store_refused"
    UNCONNECTED = "unconnected"
    CONNECTING = "connecting"
    RECEIVING = "receiving"
    STALLED = "stalled"
    PAUSED = "paused"
    COMPLETE = "complete"
    SOURCE = "source"


# Who holds every byte, and so can watch from wherever the room goes.
WHOLE = frozenset({Standing.COMPLETE, Standing.SOURCE})
# Who watches it, or would if more of it were here.
TAKING = WHOLE | {Standing.CHECKING, Standing.CONNECTING, Standing.RECEIVING, Standing.STALLED}


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the room. `joined_at` is room time in seconds."""

    id: Identifier
    name: Name
    role: Role
    joined_at: Seconds
    presence: Presence = Presence.HERE


@dataclass(frozen=True, slots=True)
class Film:
    """What the room knows of a film; its bytes and hashes travel between peers only.

    `film_id` is the manifest's digest in hex, `size` and `piece_size` are bytes,
    `duration_s` is None where the container does not tell.
    """

    film_id: FilmId
    name: FileName
    size: FilmBytes
    mime: MimeType
    piece_size: PieceBytes
    duration_s: Position | None = None


class SubtitleFormat(StrEnum):
    """How a subtitle file is written."""

    SRT = "srt"
    ASS = "ass"
    VTT = "vtt"


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A small film of words, which travels as films do: `film_id` is its manifest's digest, `size` is bytes.

    `language` is guessed from the name, empty where it does not tell.
    """

    film_id: FilmId
    name: FileName
    size: SubtitleBytes
    format: SubtitleFormat
    language: Language = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the programme, with the subtitles that go with it. Its id is chosen by the client that adds it."""

    id: Identifier
    film: Film
    added_by: Identifier
    subtitles: tuple[Subtitle, ...] = ()

    def subtitle(self, film_id: str) -> Subtitle | None:
        """The subtitle of that film id, if it goes with this film."""
        return next((subtitle for subtitle in self.subtitles if subtitle.film_id == film_id), None)


@dataclass(frozen=True, slots=True)
class Programme:
    """The queue in order; what is on is named by the timeline's `item`."""

    items: tuple[Item, ...] = ()

    def shows(self, film_id: str) -> bool:
        """Whether that film is in the queue."""
        return any(item.film.film_id == film_id for item in self.items)

    def find(self, item_id: str | None) -> Item | None:
        """The item of that id, if it is in the queue."""
        return next((item for item in self.items if item.id == item_id), None)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the host lets viewers do, whom the room waits for, and how many the host wants here at most."""

    viewers_may_play_pause: bool = True
    viewers_may_seek: bool = True
    viewers_may_add: bool = True
    wait_for: WaitFor = WaitFor.EVERYONE
    most_members: MemberCount = MAX_MEMBERS


class Visibility(StrEnum):
    """Whether the room is listed, and whether its code alone lets people in."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the door, who has the code and not the link. `since` is room time in seconds."""

    id: Identifier
    name: Name
    since: Seconds


@dataclass(frozen=True, slots=True)
class Regency:
    """Who is host by right (`host`, called `name`) and was missed too long; whoever acts for them `was` this before."""

    host: Identifier
    name: Name
    was: Role


@dataclass(frozen=True, slots=True)
class Room:
    """Everything the members agree on, as of `revision`. While there is a `wait`, the timeline stands.

    While there is a `regency`, the host only acts for the one who is away. `callers` wait at the door, in their order.
    `paused_by` has stopped the film that is on, if a member did. `link` tells an invite that is good from an older one
    and lets nobody in. `most_members` is how many the server takes.
    """

    code: Identifier
    title: Name
    created_at: Seconds
    phase: Phase = Phase.LOBBY
    members: tuple[Member, ...] = ()
    programme: Programme = field(default_factory=Programme)
    timeline: Timeline = field(default_factory=Timeline)
    policy: Policy = field(default_factory=Policy)
    revision: Revision = 0
    wait: Wait | None = None
    regency: Regency | None = None
    ballot: Ballot | None = None
    talk: tuple[Line, ...] = ()
    callers: tuple[Caller, ...] = ()
    visibility: Visibility = Visibility.PRIVATE
    has_password: bool = False
    paused_by: Identifier | None = None
    most_members: MemberCount = USUAL_MEMBERS
    link: LinkMark = ""

    def member(self, member_id: str) -> Member | None:
        """The member of that id, if in the room."""
        return next((member for member in self.members if member.id == member_id), None)

    def caller(self, caller_id: str) -> Caller | None:
        """The caller of that id, if at the door."""
        return next((caller for caller in self.callers if caller.id == caller_id), None)

    @property
    def current(self) -> Item | None:
        """What is on."""
        return self.programme.find(self.timeline.item)

    @property
    def going(self) -> bool:
        """Whether the film plays, or will as soon as those are ready who are waited for."""
        return self.timeline.playing or self.wait is not None

    @property
    def duration_s(self) -> float | None:
        """Length of what is on, where it is known."""
        return self.current.film.duration_s if self.current else None
