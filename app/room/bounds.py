"""Bounds that stand in annotations and are checked by the codec before a value reaches any rule."""

from dataclasses import dataclass
from typing import Annotated

from app.playback.timeline import MAX_POSITION_S, MAX_RATE, MIN_RATE


@dataclass(frozen=True, slots=True)
class Within:
    """Bounds of a number, or of the length of a text in characters; both inclusive."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole text must match this regular expression."""

    pattern: str


MAX_FILM_BYTES = 5 * 1024**3
MAX_SIGNAL_BYTES = 60 * 1024
MAX_NAME = 40
MAX_MEMBERS = 1000
USUAL_MEMBERS = 100
MAX_FILE_NAME = 255
MAX_CHAT = 300
MAX_SUBTITLE_BYTES = 2 * 1024**2
MOST_AHEAD_S = 120
MAX_TITLE = 300
MAX_WHY = 200

Identifier = Annotated[str, Matches(r"[A-Za-z0-9_-]{1,64}")]
FilmId = Annotated[str, Matches(r"[0-9a-f]{64}")]
Position = Annotated[float, Within(0, MAX_POSITION_S)]
Rate = Annotated[float, Within(MIN_RATE, MAX_RATE)]
Seconds = Annotated[float, Within(-1e12, 1e12)]
Lead = Annotated[float, Within(0, 1)]
RoundTrip = Annotated[float, Within(0, 60)]
Name = Annotated[str, Within(1, MAX_NAME)]
ChatText = Annotated[str, Within(1, MAX_CHAT)]
FileName = Annotated[str, Within(1, MAX_FILE_NAME)]
Part = Annotated[float, Within(0, 1)]
ChatLength = Annotated[int, Within(1, MAX_CHAT)]
FrameBytes = Annotated[int, Within(1024, 2**31)]
# How often something may be done: not so seldom, nor so often, that a page would stand still or run wild by it.
PerSecond = Annotated[float, Within(0.1, 1000)]
BytesPerSecond = Annotated[float, Within(0, 1e12)]
Drift = Annotated[float, Within(-MAX_POSITION_S, MAX_POSITION_S)]
Ahead = Annotated[float, Within(0, MOST_AHEAD_S)]
# Codecs as RFC 6381 names them, at most eight.
CODECS = r"[A-Za-z0-9.-]{1,40}(, [A-Za-z0-9.-]{1,40}){0,7}"
MimeType = Annotated[str, Matches(rf'[a-z]+/[a-z0-9.+-]{{1,60}}(; codecs="{CODECS}")?')]
CodecNames = Annotated[str, Matches(f"({CODECS})?")]
FilmBytes = Annotated[int, Within(1, MAX_FILM_BYTES)]
SubtitleBytes = Annotated[int, Within(1, MAX_SUBTITLE_BYTES)]
# The head of a language tag, RFC 5646: `en`, `pt-BR`, `zh-Hant`; nothing where nobody knows.
Language = Annotated[str, Matches(r"([a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?)?")]
PieceBytes = Annotated[int, Within(1024 * 1024, 2 * 1024 * 1024)]
MemberCount = Annotated[int, Within(1, MAX_MEMBERS)]
# The head of a link secret's digest; empty in rooms of an older server.
LinkMark = Annotated[str, Matches(r"([0-9a-f]{8})?")]
Revision = Annotated[int, Within(0, 2**53)]
Version = Annotated[int, Within(0, 1_000_000)]
Ticket = Annotated[str, Within(1, 512)]
# RFC 7064: a STUN server, as the browser's `RTCIceServer.urls` takes it.
ICE_URL = r"stuns?:[A-Za-z0-9.:\[\]-]{1,255}"
IceUrl = Annotated[str, Matches(ICE_URL)]
# RFC 7065: a TURN server, likewise.
TURN_URL = r"turns?:[A-Za-z0-9.:\[\]-]{1,255}(\?transport=(udp|tcp))?"
TurnUrl = Annotated[str, Matches(TURN_URL)]
TurnWord = Annotated[str, Within(1, 255)]
SignalPayload = Annotated[str, Within(1, MAX_SIGNAL_BYTES)]
# A film by its number in the server's data pack, and what is known of it.
FilmNumber = Annotated[int, Within(0, 2**31)]
FilmTitle = Annotated[str, Within(1, MAX_TITLE)]
# What a model says of a film; empty where none was asked.
Why = Annotated[str, Within(0, MAX_WHY)]
Genre = Annotated[str, Within(1, MAX_NAME)]
Year = Annotated[int, Within(1800, 2200)]
Place = Annotated[int, Within(0, 1000)]
