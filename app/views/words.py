"""Everything the page says that changes, composed from a language's table. Pure: no element is touched here."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from app.room.state import Item, Presence, Role, Standing
from app.session.picture import (
    Activity,
    Apart,
    Card,
    Deed,
    Flow,
    Notice,
    Peer,
    Person,
    Picture,
    Player,
    Playing,
    Preparing,
    Reading,
    SubtitleLine,
    Transfer,
    Watching,
    Way,
)
from app.views import figures, formats
from app.views.language import Language, Telling
from app.views.titles import title_of

IN_STEP_MS = 40
_MOST_NAMES = 3
_FILM_DEEDS = (Deed.ADDED, Deed.REMOVED, Deed.MOVED, Deed.SKIPPED, Deed.NEXT_CAME, Deed.GAVE_BACK, Deed.HAD_ALREADY)


class Words:
    """The page's voice in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._point = language.decimal_point

    def phrase(self, key: str, **gaps: object) -> str:
        """A phrase of the table with its gaps filled."""
        return self._language.phrases[key].format(**gaps)

    # --- lists, times, rates

    def names(self, names: Sequence[str]) -> str:
        """`Anna`, `Anna and Bo`, `Anna, Bo and 3 more`."""
        if len(names) > _MOST_NAMES:
            rest = len(names) - _MOST_NAMES + 1
            names = (*names[: _MOST_NAMES - 1], self.phrase("more", count=rest))
        if len(names) < 2:
            return "".join(names)
        return self.phrase("and", all=", ".join(names[:-1]), last=names[-1])

    def time_left(self, seconds: float) -> str:
        """Seconds up to one and a half minutes, then minutes, then hours; rounded up, so as not to promise too much."""
        whole = max(1, int(seconds + 0.999))
        if whole < 90:
            return self.phrase("seconds_left", count=whole)
        minutes = (whole + 59) // 60
        if minutes < 90:
            return self.phrase("minutes_left", count=minutes)
        return self.phrase("hours_left", hours=minutes // 60, minutes=minutes % 60)

    def spoken_position(self, position_s: float, duration_s: float | None) -> str:
        """A slider's value for a screen reader."""
        if duration_s is None:
            return self._spoken(position_s)
        return self.phrase("spoken_of", now=self._spoken(position_s), all=self._spoken(duration_s))

    def _spoken(self, seconds: float) -> str:
        whole = max(0, int(seconds))
        counts = (("spoken_hours", whole // 3600), ("spoken_minutes", whole // 60 % 60), ("spoken_seconds", whole % 60))
        return " ".join(self.phrase(key, count=count) for key, count in counts if count) or self.phrase(
            "spoken_seconds", count=0
        )

    def rate(self, bytes_per_second: float) -> str:
        """A transfer's speed."""
        return figures.rate(bytes_per_second, self._point)

    def size(self, count: int) -> str:
        """A file's size."""
        return figures.size(count, self._point)

    def speed(self, factor: float) -> str:
        """A playback rate."""
        return figures.speed(factor, self._point)

    # --- troubles and deeds

    def telling(self, notice: Notice) -> Telling:
        """The sentence of a notice, filled, with its next step."""
        telling = self._language.troubles[notice.trouble]
        refusals, lacks = self._language.refusals, self._language.lacks
        sentence = telling.sentence.format(
            about=notice.about,
            names=self.names(notice.names),
            size=self.size(int(_number(notice.about))),
            refusal=refusals.get(notice.about, refusals[""]),
            lack=lacks.get(notice.about, lacks[""]),
        )
        return replace(telling, sentence=sentence)

    def deed(self, activity: Activity) -> str:
        """Who did what."""
        theirs, mine = self._language.deeds[activity.deed]
        detail = activity.detail
        return (mine if activity.mine else theirs).format(
            name=activity.who or self.phrase("somebody"),
            time=figures.clock(_number(detail)) if activity.deed is Deed.SOUGHT else "",
            rate=self.speed(_number(detail)) if activity.deed is Deed.SET_RATE else "",
            words=detail if activity.deed in (Deed.SAID, Deed.REACTED) else "",
            file=detail if activity.deed is Deed.UNSUBTITLED else "",
            film=title_of(detail).text if activity.deed in _FILM_DEEDS else "",
        )

    # --- the line under the film

    def line(self, picture: Picture) -> str:
        """What goes on: the player's state where it matters, then the film's way."""
        parts: list[str] = []
        if picture.player and picture.player.playing is Playing.WAITING_FOR_OTHERS:
            parts.append(self.wait(picture))
        elif picture.player:
            parts += self._player_parts(picture.player, picture.people)
        if picture.transfer:
            parts += self._transfer_parts(picture.transfer)
            parts += self._able_parts(picture.transfer)
            if picture.transfer.flow in (Flow.SOURCE, Flow.COMPLETE):
                parts += self._others_parts(picture.people)
        return " · ".join(parts)

    def wait(self, picture: Picture) -> str:
        """For whom the room waits, and how far that is."""
        waiting = picture.waiting
        if not waiting:
            return self.phrase("waits_for_others")
        me = next((one for one in waiting if one.me), None)
        names = self.names(tuple(one.name for one in waiting))
        sentence = self.phrase("waits_for_you") if me else self.phrase("waits_for", names=names)
        slowest = me or max(waiting, key=lambda one: one.need_s - one.ahead_s)
        if slowest.need_s <= slowest.ahead_s:
            return sentence
        return f"{sentence} · {self.phrase('so_much', held=int(slowest.ahead_s), need=ceil(slowest.need_s))}"

    def _player_parts(self, player: Player, people: Sequence[Person]) -> list[str]:
        if player.playing in (Playing.WAITING_FOR_DOWNLOAD, Playing.CATCHING_UP, Playing.ENDED):
            return [self.phrase(player.playing.value)]
        if player.playing is not Playing.PAUSED:
            return []
        who = next((one for one in people if one.watching is Watching.PAUSED_IT), None)
        if who is None:
            return [self.phrase("paused")]
        return [self.phrase("paused_by_you")] if who.me else [self.phrase("paused_by", name=who.name)]

    def hindrance(self, picture: Picture, player: Player) -> str:
        """What the film waits for."""
        transfer = picture.transfer
        if player.playing is Playing.WAITING_FOR_OTHERS:
            return self.wait(picture)
        if transfer is not None and transfer.flow in (Flow.SPACE, Flow.REMOVED):
            return self.phrase(transfer.flow.value, share=figures.share(held_share(transfer)))
        return self.phrase(player.playing.value)

    def _transfer_parts(self, transfer: Transfer) -> list[str]:
        match transfer.flow:
            case Flow.CANNOT_PLAY:
                return []
            case Flow.RECEIVING:
                return self._receiving_parts(transfer)
            case Flow.WAITING if transfer.halted_by:
                return [self.phrase("halted_by", names=self.names(transfer.halted_by))]
            case Flow.SOURCE | Flow.COMPLETE if transfer.sending_halted:
                return [self.phrase("sending_halted")]
            case Flow.STALLED | Flow.UNKEPT | Flow.HALTED | Flow.SPACE:
                return [self.phrase(transfer.flow.value, share=figures.share(held_share(transfer)))]
            case Flow.SOURCE | Flow.COMPLETE if transfer.receivers:
                return [self.phrase("sending", names=self.names(transfer.receivers)), self.rate(transfer.sending_Bps)]
            case Flow.COMPLETE | Flow.WAITING if any(transfer.sources):
                return [self.phrase(transfer.flow.value), *self._from(transfer)]
            case _:
                return [self.phrase(transfer.flow.value)]

    def _able_parts(self, transfer: Transfer) -> list[str]:
        """What this browser cannot do with the film."""
        what = self.names(formats.names(transfer.lacks)) or self.phrase("this_film")
        if transfer.flow is Flow.CHECKING or (transfer.plays and not transfer.lacks):
            return []
        return [self.phrase("silent_here" if transfer.plays else "unable_here", what=what)]

    def _others_parts(self, people: Sequence[Person]) -> list[str]:
        """With whom the film will not be, as whoever gives it should know."""
        others = [person for person in people if not person.me and person.presence is Presence.HERE]
        unable = [person for person in others if person.standing is Standing.CANNOT_PLAY]
        declined = [person.name for person in others if person.standing is Standing.DECLINED]
        unconnected = [person.name for person in others if person.standing is Standing.UNCONNECTED]
        parts = []
        if len(unable) == 1:
            parts.append(self.phrase("unable_one", name=unable[0].name, what=self._what(unable[0])))
        elif unable:
            parts.append(self.phrase("unable_many", names=self.names([person.name for person in unable])))
        if declined:
            parts.append(self.phrase("declined_by", names=self.names(declined)))
        if unconnected:
            parts.append(self.phrase("unconnected_to", names=self.names(unconnected)))
        return parts

    def _what(self, person: Person) -> str:
        lacks = person.lacks.split(", ") if person.lacks else []
        return self.names(formats.names(lacks)) or self.phrase("this_film")

    def choice(self, transfer: Transfer | None) -> tuple[str, str] | None:
        """What a person may choose of the film just now: the name of the deed, and its label."""
        if transfer is None or transfer.flow in (Flow.SOURCE, Flow.COMPLETE, Flow.CHECKING):
            return None
        if transfer.flow in (Flow.DECLINED, Flow.CANNOT_PLAY):
            return "want-film", self.phrase("fetch_after_all" if transfer.plays else "fetch_anyway")
        return "decline-film", self.phrase("decline" if transfer.plays else "leave_it")

    def _receiving_parts(self, transfer: Transfer) -> list[str]:
        parts = [self.phrase("receiving", share=figures.share(held_share(transfer))), self.rate(transfer.rate_Bps)]
        if transfer.left_s is not None:
            parts.append(self.time_left(transfer.left_s))
        return parts + self._from(transfer)

    def _from(self, transfer: Transfer) -> list[str]:
        """Who gives it; of those who have left the room there is no name."""
        named = [name for name in transfer.sources if name]
        return [self.phrase("from", names=self.names(named))] if named else []

    def drift(self, player: Player | None) -> str:
        """How far from the room this screen is, or nothing while that is not known or not moving."""
        if player is None or player.drift_ms is None or player.playing is not Playing.PLAYING:
            return ""
        if in_step(player):
            return self.phrase("in_step", drift=round(abs(player.drift_ms)))
        key = "ahead" if player.drift_ms > 0 else "behind"
        return self.phrase(key, drift=self._seconds(abs(player.drift_ms) / 1000))

    def _seconds(self, seconds: float) -> str:
        return f"{seconds:.1f}".replace(".", self._point)

    def apart(self, apart: Apart) -> str:
        """How far off the room everybody's screen is."""
        return self.phrase("apart", median=round(apart.p50_ms), most=round(apart.p95_ms))

    # --- before joining

    def waiting(self, card: Card | None) -> str:
        """Who is there."""
        if card is None:
            return self.phrase("friends_waiting")
        if not card.names:
            return self.phrase("nobody_yet")
        return self.phrase("waiting_one" if len(card.names) == 1 else "waiting_many", names=self.names(card.names))

    def programme(self, card: Card | None) -> str:
        """What is on."""
        if card is None:
            return self.phrase("comes_by_itself")
        return self.phrase("on_now", film=title_of(card.film).text) if card.film else self.phrase("nothing_on")

    # --- people and films

    def person(self, person: Person, film_on: bool) -> str:
        """The small line under a name."""
        if person.presence is Presence.AWAY:
            return self.phrase("away")
        parts = [self.phrase("you")] if person.me else []
        if film_on:
            parts += self._watching_parts(person)
            parts += self._standing_parts(person) if person.standing else self._unsaid_parts(person)
        return " · ".join(parts) or self.phrase("here")

    def _watching_parts(self, person: Person) -> list[str]:
        if person.watching is None:
            return []
        off = self._seconds(abs(person.drift_s or 0.0))
        parts = [self.phrase(f"person_{person.watching}", drift=off)]
        if person.watching is Watching.AWAITED and person.need_s > person.ahead_s:
            parts.append(self.phrase("so_much", held=int(person.ahead_s), need=ceil(person.need_s)))
        return parts

    def _unsaid_parts(self, person: Person) -> list[str]:
        if not person.me and not person.connected:
            return [self.phrase("person_connecting")]
        return [] if person.share is None else [self.held(person.share)]

    def _standing_parts(self, person: Person) -> list[str]:
        share = person.share or 0.0
        if share >= 1 and person.standing is not Standing.CANNOT_PLAY:
            return [self.phrase("has_all"), *self._silent_parts(person)]
        if person.standing is Standing.CANNOT_PLAY:
            parts = [self.phrase("person_cannot_play", what=self._what(person))]
        else:
            parts = [] if person.standing is Standing.RECEIVING else [self.phrase(f"person_{person.standing}")]
        if share > 0 or not parts:
            parts.append(figures.share(share))
        if person.rate_Bps > 0:
            parts.append(self.rate(person.rate_Bps))
        return parts + self._silent_parts(person)

    def _silent_parts(self, person: Person) -> list[str]:
        return [self.phrase("silent")] if person.lacks and person.standing is not Standing.CANNOT_PLAY else []

    def held(self, share: float) -> str:
        """How much of the film somebody has."""
        return self.phrase("has_all") if share >= 1 else self.phrase("has_share", share=figures.share(share))

    def way(self, peer: Peer) -> str:
        """How somebody is connected, and how long a word takes there and back."""
        way = self.phrase(f"way_{peer.way}")
        if peer.rtt_s is None or peer.way not in (Way.DIRECT, Way.RELAYED):
            return way
        return f"{way} · {self.phrase('rtt', count=round(peer.rtt_s * 1000))}"

    def role(self, role: Role) -> str:
        """A badge; viewers wear none."""
        return "" if role is Role.VIEWER else self.phrase(role.value)

    def item(self, item: Item, on: bool) -> str:
        """The small line under a film of the queue."""
        film = item.film
        length = figures.clock(film.duration_s) if film.duration_s else ""
        parts = (title_of(film.name).year, length, self.phrase("playing_item") if on else self.size(film.size))
        return " · ".join(part for part in parts if part)

    def subtitle(self, line: SubtitleLine, language: str) -> tuple[str, str]:
        """What subtitles are called, and the small line under that: the language first, where it is known."""
        state = "" if line.reading is Reading.HERE else self.phrase(f"words_{line.reading.value}")
        parts = (line.name if language else "", state)
        return language or line.name, " · ".join(part for part in parts if part)

    def shift(self, shift_ms: int) -> str:
        """How much later subtitles come: `+150 ms`, `−50 ms`, `0 ms`."""
        sign = "+" if shift_ms > 0 else "−" if shift_ms < 0 else ""
        return f"{sign}{abs(shift_ms)} ms"

    def preparing(self, preparing: Preparing) -> str:
        """How far a file is read."""
        return self.phrase(
            "preparing_known" if preparing.known else "preparing",
            film=title_of(preparing.name).text,
            share=figures.share(prepared_share(preparing)),
        )


def in_step(player: Player) -> bool:
    """Whether this screen shows what the others show, to the eye."""
    return player.drift_ms is not None and abs(player.drift_ms) <= IN_STEP_MS


def held_share(transfer: Transfer) -> float:
    """The part of the film that is here, 0 to 1."""
    return transfer.held_bytes / transfer.size if transfer.size else 0.0


def prepared_share(preparing: Preparing) -> float:
    """The part of the file that is read, 0 to 1."""
    return preparing.done / preparing.size if preparing.size else 0.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
