"""What this screen shows of the subtitles: which, how large, how much later. Nobody else is affected.

Laws: what goes with the film is shown unless the person wants none, or others. Subtitles are parsed only when they are
shown, and once; what cannot be read is told of, and the film plays on.
"""

from dataclasses import replace

from app.playback.clock import RoomClock
from app.playback.cues import Cue, around, page_of, shifted, tidied
from app.room.state import Item, Subtitle
from app.session import events as ev
from app.session.bringing import Bringing
from app.session.company import Company
from app.session.effects import Effect, FetchSubtitle, Handler, ParseSubtitle, RememberSubtitles, ShowCues
from app.session.exchange import Exchange
from app.session.picture import Notice, Reading, SubtitleLine, Subtitles, Trouble
from app.session.writing import for_parsing, format_of, has_too_many, text_of

SIZES = ("small", "medium", "large")
MAX_SHIFTS = 20
_NOTHING = ("", 0, 0)


class Subtitling:
    """Mutable, and private to the session. Times in page seconds, positions and shifts in the film's."""

    def __init__(self, company: Company, exchange: Exchange, bringing: Bringing, clock: RoomClock) -> None:
        self._company = company
        self._exchange = exchange
        self._bringing = bringing
        self._clock = clock
        self._choice = ev.SubtitleChoice()
        self._cues: dict[str, tuple[Cue, ...]] = {}
        self._asked: set[str] = set()
        self._broken: dict[str, Trouble] = {}
        self._showing: tuple[str, int, int] = _NOTHING
        self._item_id: str | None = None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.SubtitlePicked: self.picked,
            ev.SubtitlesShifted: self.shift,
            ev.SubtitleSizePicked: self.size_picked,
            ev.SubtitlesRecalled: self.recalled,
            ev.SubtitleFetched: self.fetched,
            ev.SubtitleParsed: self.parsed,
            ev.SubtitleUnparsed: self.unparsed,
        }

    # --- the person

    def picked(self, event: ev.SubtitlePicked, now: float) -> list[Effect]:
        """Those, or with an empty id none."""
        item = self._item
        found = item.subtitle(event.film_id) if item else None
        if found is None and event.film_id:
            return []
        language = found.language if found else self._choice.language
        return self._choose(replace(self._choice, film_id=event.film_id, language=language))

    def shift(self, event: ev.SubtitlesShifted, now: float) -> list[Effect]:
        """What is shown comes later, or earlier; each subtitle file has a shift of its own."""
        shown = self.shown
        if shown is None:
            return []
        others = tuple(one for one in self._choice.shifts if one[0] != shown.film_id)
        mine = (shown.film_id, shifted(self._shift_of(shown.film_id), event.by_ms))
        return self._choose(replace(self._choice, shifts=(*others, mine)[-MAX_SHIFTS:]))

    def size_picked(self, event: ev.SubtitleSizePicked, now: float) -> list[Effect]:
        """Small, medium or large."""
        return self._choose(replace(self._choice, size=event.size)) if event.size in SIZES else []

    def recalled(self, event: ev.SubtitlesRecalled, now: float) -> list[Effect]:
        """This page was reloaded: go on as before."""
        self._choice = event.choice
        return []

    def retry(self) -> None:
        """What did not arrive may arrive now."""
        self._broken = {film_id: why for film_id, why in self._broken.items() if why is not Trouble.SUBTITLES_LACK}
        if self._exchange.lending.notice and self._exchange.lending.notice.trouble is Trouble.SUBTITLES_LACK:
            self._exchange.lending.notice = None

    def _choose(self, choice: ev.SubtitleChoice) -> list[Effect]:
        if choice == self._choice:
            return []
        self._choice = choice
        return [RememberSubtitles(choice)]

    # --- from bytes to cues

    def fetched(self, event: ev.SubtitleFetched, now: float) -> list[Effect]:
        """The bytes are here. If they are not after all, they are fetched again, from wherever they are."""
        if event.data is None:
            self._asked.discard(event.film_id)
            return []
        text = text_of(event.data)
        if text is None or has_too_many(text):
            self._break(event.film_id, Trouble.NOT_SUBTITLES)
            return []
        kind = format_of(text)
        return [ParseSubtitle(event.film_id, for_parsing(text, kind), kind)]

    def parsed(self, event: ev.SubtitleParsed, now: float) -> list[Effect]:
        """These are the cues; without any, it is no subtitle file."""
        cues = tidied(event.cues)
        if not cues:
            return self.unparsed(ev.SubtitleUnparsed(event.film_id), now)
        self._cues[event.film_id] = cues
        return self._bringing.subtitle_parsed(event.film_id, now)

    def unparsed(self, event: ev.SubtitleUnparsed, now: float) -> list[Effect]:
        """No cues; nobody can tell whether there are any, if the parser did not arrive."""
        if event.film_id in self._asked:
            self._break(event.film_id, Trouble.SUBTITLES_LACK if event.lack else Trouble.NOT_SUBTITLES)
            return []
        if event.lack:
            return self._bringing.subtitle_parsed(event.film_id, now)
        return self._exchange.preparation.unparsed(event.film_id, now)

    def _break(self, film_id: str, why: Trouble) -> None:
        self._asked.discard(film_id)
        self._broken[film_id] = why
        found = self._item.subtitle(film_id) if self._item else None
        self._exchange.lending.notice = Notice(why, found.name if found else "")

    # --- what is shown

    @property
    def _item(self) -> Item | None:
        return self._company.room.current if self._company.room else None

    @property
    def shown(self) -> Subtitle | None:
        """The subtitles of this screen: those picked, else those in the language picked, else the first."""
        item, choice = self._item, self._choice
        if item is None or not item.subtitles or choice.film_id == "":
            return None
        alike = (one for one in item.subtitles if choice.language and one.language == choice.language)
        return item.subtitle(choice.film_id or "") or next(alike, item.subtitles[0])

    def update(self, now: float) -> list[Effect]:
        """After every event: fetch what is to be shown, and show what is due."""
        if (item_id := self._item.id if self._item else None) != self._item_id:
            self._item_id = item_id
            self._cues.clear()
            self._asked.clear()
            self._broken.clear()
        shown = self.shown
        return [*self._fetch(shown), *self._show(shown, now)]

    def _fetch(self, shown: Subtitle | None) -> list[Effect]:
        if shown is None or any(shown.film_id in known for known in (self._cues, self._broken, self._asked)):
            return []
        share = self._exchange.swarm.shares.get(shown.film_id)
        if share is None or not share.held.complete:
            return []
        self._asked.add(shown.film_id)
        return [FetchSubtitle(shown.film_id, share.count)]

    def _show(self, shown: Subtitle | None, now: float) -> list[Effect]:
        room = self._company.room
        cues = self._cues.get(shown.film_id) if shown else None
        due, shift_ms = _NOTHING, 0
        if room is not None and shown is not None and cues is not None:
            shift_ms = self._shift_of(shown.film_id)
            here = room.timeline.position_at(self._clock.room_now(now), room.duration_s)
            due = (shown.film_id, page_of(here), shift_ms)
        if due == self._showing:
            return []
        self._showing = due
        return [ShowCues(around(cues, due[1], shift_ms) if cues and due is not _NOTHING else ())]

    def _shift_of(self, film_id: str) -> int:
        return dict(self._choice.shifts).get(film_id, 0)

    def picture(self) -> Subtitles:
        """What there is to read of the film that is on."""
        item, shown = self._item, self.shown
        if item is None:
            return Subtitles(size=self._choice.size)
        lines = tuple(
            SubtitleLine(one.film_id, one.name, one.language, self._reading(one.film_id)) for one in item.subtitles
        )
        shift_ms = self._shift_of(shown.film_id) if shown else 0
        return Subtitles(lines, shown.film_id if shown else None, self._choice.size, shift_ms)

    def _reading(self, film_id: str) -> Reading:
        if film_id in self._broken:
            return Reading.BROKEN
        share = self._exchange.swarm.shares.get(film_id)
        return Reading.HERE if share is not None and share.held.complete else Reading.COMING
