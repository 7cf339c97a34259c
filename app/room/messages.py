"""Every message of the WebSocket, both ways, as one union per direction.

`docs/protocol.md` tells the same in words, and a test ties the two. Bounds
stand in the annotations (see `bounds`) and are checked by the codec before anything else
sees the message. Times are room time in seconds unless a name says otherwise.
"""

from dataclasses import dataclass

from app.playback.gate import Buffer
from app.playback.timeline import MOST_LEAD_S, Timeline
from app.room.bounds import (
    MAX_CHAT,
    Ahead,
    BytesPerSecond,
    ChatLength,
    ChatText,
    CodecNames,
    Drift,
    FilmId,
    FilmNumber,
    FrameBytes,
    IceUrl,
    Identifier,
    Lead,
    LinkMark,
    Name,
    Part,
    PerSecond,
    Place,
    Position,
    Rate,
    Revision,
    RoundTrip,
    Seconds,
    SignalPayload,
    Ticket,
    TurnUrl,
    TurnWord,
    Version,
)
from app.room.deck import Card, Filters, Lack, VoteRule, Wish
from app.room.errors import Reason
from app.room.said import Reaction
from app.room.state import Film, Policy, Presence, Role, Room, Standing, Subtitle, Visibility

PROTOCOL_VERSION = 1
MAX_FRAME_BYTES = 8 * 1024
MAX_SIGNAL_FRAME_BYTES = 64 * 1024

# --- what someone asks: commands. The server and every client run them through the same reducer.


@dataclass(frozen=True, slots=True)
class Play:
    """Start, `lead_s` after the server takes it; the server sets the lead, whatever the client sent.

    Until it has, whoever asked expects the start late: better to be called earlier than to have begun too early.
    The server also says whom the room waits for first. `anyway`: for nobody; hosts and cohosts may ask for that.
    """

    lead_s: Lead = MOST_LEAD_S
    anyway: bool = False
    waits_for: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop where the film is when the server takes it."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to a position, in seconds into the film. The server says whom a room that plays waits for there."""

    position_s: Position
    waits_for: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class SetRate:
    """Play at another speed."""

    rate: Rate


@dataclass(frozen=True, slots=True)
class QueueAdd:
    """Put a film into the programme; the first one is on at once."""

    item: Identifier
    film: Film


@dataclass(frozen=True, slots=True)
class QueueRemove:
    """Take a film out of the programme."""

    item: Identifier


@dataclass(frozen=True, slots=True)
class QueueMove:
    """Put a film of the programme in front of another one; None: at the end. Neighbours are named, and not places, so
    that two who sort at the same moment both get what they meant."""

    item: Identifier
    before: Identifier | None = None


@dataclass(frozen=True, slots=True)
class SubtitleAdd:
    """Let a subtitle go with that item of the programme."""

    item: Identifier
    subtitle: Subtitle


@dataclass(frozen=True, slots=True)
class SubtitleRemove:
    """Take a subtitle off that item of the programme."""

    item: Identifier
    film_id: FilmId


@dataclass(frozen=True, slots=True)
class Skip:
    """Put that item of the programme on, from its beginning, paused."""

    to: Identifier


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """What viewers may do from now on."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class SetRole:
    """That member is a cohost, or a viewer, from now on."""

    member: Identifier
    role: Role


@dataclass(frozen=True, slots=True)
class TransferHost:
    """That member is the host from now on, and the host before a cohost."""

    to: Identifier


@dataclass(frozen=True, slots=True)
class Kick:
    """Put that member out of the room."""

    member: Identifier


@dataclass(frozen=True, slots=True)
class Ban:
    """Put that member out, and let their device in no more."""

    member: Identifier


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody with the bare code is at the door. Only the server says this."""

    caller: Identifier
    name: Name


@dataclass(frozen=True, slots=True)
class Admit:
    """Let that caller in."""

    caller: Identifier


@dataclass(frozen=True, slots=True)
class Decline:
    """Turn that caller away; the server says it of one who has gone."""

    caller: Identifier


@dataclass(frozen=True, slots=True)
class SetVisibility:
    """Whether the room is listed, and whether its code alone lets people in."""

    visibility: Visibility


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Whether people need a password to come in. The password itself comes over REST and is in no message."""

    needed: bool


@dataclass(frozen=True, slots=True)
class RenewLink:
    """The old link lets nobody in any more. The new one is told to the host alone, over REST; `link` is its mark."""

    link: LinkMark


@dataclass(frozen=True, slots=True)
class Chat:
    """Say something to everybody."""

    text: ChatText


@dataclass(frozen=True, slots=True)
class React:
    """Let something float over everybody's film; nobody keeps it."""

    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Hold:
    """The room stops until these members have enough of the film again. Only the server says this."""

    waits_for: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class GoOn:
    """The wait is over: the film starts `lead_s` after this. Only the server says this."""

    lead_s: Lead = MOST_LEAD_S


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody came in. Only the server says this."""

    member: Identifier
    name: Name
    role: Role


@dataclass(frozen=True, slots=True)
class SetPresence:
    """A member's connection came or went. Only the server says this."""

    member: Identifier
    presence: Presence


@dataclass(frozen=True, slots=True)
class Leave:
    """Go for good. A member says it of itself, the server of one who stayed away too long."""

    member: Identifier | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Close the room for everyone."""


@dataclass(frozen=True, slots=True)
class OpenBallot:
    """Let the room choose a film together."""


@dataclass(frozen=True, slots=True)
class TasteGiven:
    """A member has told the server what it thinks of films, and votes from now on. Only the server says this."""

    member: Identifier


@dataclass(frozen=True, slots=True)
class AskForCards:
    """Have a deck made: the first one, or another. `filters` replace those before."""

    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """The deck is there, made without what it `lacks`; empty where no film fits. While a card is up, `cards` are those
    behind it from now on. Only the server says this."""

    cards: tuple[Card, ...]
    lacks: Lack | None = None


@dataclass(frozen=True, slots=True)
class CastVote:
    """Want that film, which must be up, watched or skipped; None takes the vote back."""

    film: FilmNumber
    wish: Wish | None


@dataclass(frozen=True, slots=True)
class UndoCard:
    """Go back one card from the one at that place of the deck, which must be where the room is."""

    at: Place


@dataclass(frozen=True, slots=True)
class FindAnother:
    """Go on looking: not that film, though all wanted it."""

    film: FilmNumber


@dataclass(frozen=True, slots=True)
class SetVoteRule:
    """How many have to agree from now on."""

    rule: VoteRule


@dataclass(frozen=True, slots=True)
class DrawLots:
    """All have voted and do not agree on that film: let chance decide. The server says which way it fell."""

    film: FilmNumber
    wish: Wish = Wish.SKIP


@dataclass(frozen=True, slots=True)
class StepOut:
    """Take no part in the choosing any more. If the host does, it is over."""


@dataclass(frozen=True, slots=True)
class CloseBallot:
    """The choosing is over for everyone."""


Command = (
    Play
    | Pause
    | Seek
    | SetRate
    | QueueAdd
    | QueueRemove
    | QueueMove
    | SubtitleAdd
    | SubtitleRemove
    | Skip
    | SetPolicy
    | SetRole
    | TransferHost
    | Kick
    | Ban
    | Knock
    | Admit
    | Decline
    | SetVisibility
    | SetPassword
    | RenewLink
    | Chat
    | React
    | Hold
    | GoOn
    | Join
    | SetPresence
    | Leave
    | End
    | OpenBallot
    | TasteGiven
    | AskForCards
    | Deal
    | CastVote
    | UndoCard
    | FindAnother
    | SetVoteRule
    | DrawLots
    | StepOut
    | CloseBallot
)
# What moves the film, of what members ask.
Move = Play | Pause | Seek | SetRate | Skip
# What is asked over REST: a secret goes with it, which is part of no message.
OVER_REST = (SetPassword, RenewLink)
SERVER_ONLY = (Hold, GoOn, Join, SetPresence, Knock, TasteGiven, Deal)


# --- client to server


@dataclass(frozen=True, slots=True)
class Hello:
    """First message on a WebSocket, within five seconds."""

    version: Version
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Resume:
    """First message of who still holds the room, as of `revision`, out of the store that `epoch` names; else `Hello`.

    Answered by `Resumed`, or by `Ready` where that cannot be.
    """

    version: Version
    ticket: Ticket
    epoch: Identifier
    revision: Revision


@dataclass(frozen=True, slots=True)
class Do:
    """A command with an id of the client's choosing; repeating it has no second effect.

    `seen` is the room's revision the asker knew: what moves the film is refused as stale where others have since.
    """

    command_id: Identifier
    command: Command
    seen: Revision | None = None


@dataclass(frozen=True, slots=True)
class SignalTo:
    """Offer, answer or candidate for another member; the server passes `payload` on unread."""

    to: Identifier
    payload: SignalPayload


@dataclass(frozen=True, slots=True)
class Ping:
    """Clock sample: `t0` is the client's monotonic time; `rtt_s` its last measured round trip."""

    t0: Seconds
    rtt_s: RoundTrip | None = None


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """Asks for the room as it is; answered by `Ready`."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a film stands with this member: `share` of it held, 0 to 1, `rate_Bps` what comes in.

    `ahead_s` is how much is held ahead of the playhead without a gap, up to `MOST_AHEAD_S`; as much where nothing is
    missing up to the end, and `need_s` how much it should be for the film not to stop soon. `buffer` is what follows
    from both, where the film went at the room's revision `seen` (0 from who holds every byte and is not at the end).
    `drift_s` is how far off the room its screen is; positive is ahead, None where nothing plays. `ended`: the film that
    runs has come to its end there. `lacks` are the film's codecs that the member's browser does not know.
    """

    film_id: FilmId
    standing: Standing
    share: Part
    rate_Bps: BytesPerSecond
    ahead_s: Ahead
    lacks: CodecNames = ""
    need_s: Ahead = 0.0
    buffer: Buffer = Buffer.FILLING
    seen: Revision = 0
    drift_s: Drift | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class OfferTaste:
    """What the member thinks of films, for as long as the ballot lasts; told to nobody else and kept nowhere."""

    loved: tuple[FilmNumber, ...] = ()
    liked: tuple[FilmNumber, ...] = ()
    hated: tuple[FilmNumber, ...] = ()


ClientMessage = Hello | Resume | Do | SignalTo | Ping | SyncRequest | Report | OfferTaste


# --- server to client


@dataclass(frozen=True, slots=True)
class TurnPass:
    """Lets a member use TURN servers for a while; nobody else is told of it."""

    urls: tuple[TurnUrl, ...]
    username: TurnWord
    credential: TurnWord


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server takes of one connection before it refuses: bytes of a frame, characters of a line of the chat,
    and how often a second in the long run; `signals` of one member to another. What moves the film are `moves`;
    `connections` are those of one member."""

    frame_bytes: FrameBytes = MAX_FRAME_BYTES
    signal_frame_bytes: FrameBytes = MAX_SIGNAL_FRAME_BYTES
    chat_characters: ChatLength = MAX_CHAT
    frames_per_s: PerSecond = 200.0
    moves_per_s: PerSecond = 5.0
    signals_per_s: PerSecond = 30.0
    reports_per_s: PerSecond = 2.0
    connections_per_s: PerSecond = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """The whole room, and who you are in it. `epoch` names the server's store; a new one means a new history.

    `ice` are STUN servers with which browsers behind routers find their own addresses; none on a local network. `turn`
    is for those that no direct way reaches. `limits` are what a client of this server keeps to. `missed` are events
    that the room holds already and of which nothing else tells: a slow reader gets the room in their place.
    """

    room: Room
    you: Identifier
    epoch: Identifier
    ice: tuple[IceUrl, ...] = ()
    turn: TurnPass | None = None
    limits: Limits = Limits()
    missed: tuple["Happened", ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """A command was accepted: apply it at room time `at` and the room stands at `revision`.

    `by` is the member who asked, or None for the server. `command_id` is the one of the asker.
    """

    revision: Revision
    at: Seconds
    by: Identifier | None
    command: Command
    command_id: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """Every event after the revision that `Resume` named, in order; the rest is as in `Ready`, and fresh."""

    events: tuple[Happened, ...]
    you: Identifier
    epoch: Identifier
    ice: tuple[IceUrl, ...] = ()
    turn: TurnPass | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class RefusedCommand:
    """A command was not accepted; the room, at `revision`, is unchanged, and its film stands as `timeline` says."""

    command_id: Identifier
    reason: Reason
    revision: Revision = 0
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True)
class SignalFrom:
    """Offer, answer or candidate of another member."""

    sender: Identifier
    payload: SignalPayload


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer to `Ping`: `t1` received, `t2` answered, both room time."""

    t0: Seconds
    t1: Seconds
    t2: Seconds


@dataclass(frozen=True, slots=True)
class Reported:
    """The last report of one member."""

    member: Identifier
    report: Report


@dataclass(frozen=True, slots=True)
class Reports:
    """What members have reported since they were last told of; after `Ready` and `Resumed`, of everybody."""

    reports: tuple[Reported, ...]


ServerMessage = Ready | Resumed | Happened | RefusedCommand | SignalFrom | Pong | Reports
