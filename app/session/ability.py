"""Whether this browser can play a film: what to ask it, and what its answers mean.

Laws: a film of which nothing is known is tried. A picture that the browser does not know makes a film unplayable, a
sound only silent. Browsers know fewer containers by name than they play: QuickTime files play where MP4 does.
"""

from dataclasses import dataclass

from app.swarm.codecs import split, with_codecs

_ALSO_KNOWN_AS = {
    "video/quicktime": ("video/quicktime", "video/mp4"),
    "video/matroska": ("video/matroska", "video/x-matroska"),
}
_PICTURES = frozenset(
    {"avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "dvav", "dva1", "av01", "vp8", "vp9", "vp08", "vp09", "mp4v"}
    | {"theora", "prores", "apch", "apcn", "apcs", "apco", "ap4h", "ap4x", "jpeg", "mjpa", "mjpb", "vvc1", "vvi1"}
)


@dataclass(frozen=True, slots=True)
class Ability:
    """What becomes of a film here: whether it `plays`, and which codecs (or else which container) are not known."""

    plays: bool
    lacks: tuple[str, ...] = ()


def questions(mime: str) -> tuple[str, ...]:
    """The media types to ask the browser about; none where there is nothing to ask."""
    container, codecs = split(mime)
    if not codecs:
        return ()
    names = _ALSO_KNOWN_AS.get(container, (container,))
    whole = [with_codecs(name, codecs) for name in names]
    single = [with_codecs(name, (codec,)) for codec in codecs for name in names]
    return (*whole, *names, *single)


def ability(mime: str, plays: tuple[bool, ...]) -> Ability:
    """What the browser's answers to `questions` come to."""
    container, codecs = split(mime)
    asked = questions(mime)
    if not asked or len(plays) != len(asked):
        return Ability(True)
    width = len(_ALSO_KNOWN_AS.get(container, (container,)))
    known = [any(plays[at : at + width]) for at in range(0, len(plays), width)]
    whole, alone, singles = known[0], known[1], known[2:]
    if whole:
        return Ability(True)
    lacks = tuple(codec for codec, is_known in zip(codecs, singles, strict=True) if not is_known)
    if not alone:
        return Ability(False, lacks or (container.partition("/")[2],))
    return Ability(not any(codec.partition(".")[0] in _PICTURES for codec in lacks), lacks)
