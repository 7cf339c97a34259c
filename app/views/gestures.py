"""What a person's gesture means: pure, so that it can be told without a page."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.playback.gate import WaitFor
from app.room.deck import Wish
from app.room.said import Reaction
from app.room.state import Policy, Role
from app.session.events import (
    AddAsNewPressed,
    AlonePressed,
    AnotherPressed,
    AnywayPressed,
    BringPressed,
    CallerAdmitted,
    CallerDeclined,
    CardsPressed,
    ChatSent,
    ChoosePressed,
    ChoosingEnded,
    EndPressed,
    Event,
    FetchPressed,
    FilmDeclined,
    FilmRated,
    FilmWanted,
    FiltersPicked,
    GiveBackPressed,
    GoOnPressed,
    HostGiven,
    ItemMoved,
    ItemPicked,
    ItemRemoved,
    JoinPressed,
    LeavePressed,
    LimitsPicked,
    LinkEntered,
    LotsPressed,
    MajorityPicked,
    MemberBanned,
    MemberPutOut,
    NewLinkPressed,
    NoticeDismissed,
    PasswordGiven,
    PausePressed,
    PausesPicked,
    PlayPressed,
    PolicyPicked,
    RatePicked,
    Reacted,
    ReadyPressed,
    RemovePressed,
    RetryPressed,
    RoleGiven,
    SavePressed,
    SeekPressed,
    SoundPressed,
    StartPressed,
    StepOutPressed,
    StepPressed,
    SubtitlePicked,
    SubtitleSizePicked,
    SubtitlesShifted,
    SubtitleTakenOff,
    TasteKept,
    UndoPressed,
    UnusableDropped,
    Verdict,
    VisibilityPicked,
    VotePressed,
    WatchingEnded,
    WatchPressed,
)
from app.session.picture import Picture, Playing, Screen

Fields = Mapping[str, str]
STEP_S, SMALL_STEP_S = 10.0, 5.0
SHIFT_MS = 50

_KEYS = {
    " ": "toggle", "k": "toggle", "j": "back", "l": "forward", "arrowleft": "nudge-back", "arrowright": "nudge-forward",
    "arrowup": "louder", "arrowdown": "softer", "m": "mute", "f": "fullscreen", "t": "theatre", "?": "help",
    "c": "chat",    "z": "subtitles-earlier", "x": "subtitles-later",
}  # fmt: skip
_ALONE = frozenset(_KEYS.values()) - {"theatre", "help", "chat", "subtitles-earlier", "subtitles-later"}
_CLICKS: dict[str, Callable[[], Event]] = {
    "back": lambda: StepPressed(-STEP_S),
    "forward": lambda: StepPressed(STEP_S),
    "nudge-back": lambda: StepPressed(-SMALL_STEP_S),
    "nudge-forward": lambda: StepPressed(SMALL_STEP_S),
    "subtitles-earlier": lambda: SubtitlesShifted(-SHIFT_MS),
    "subtitles-later": lambda: SubtitlesShifted(SHIFT_MS),
    "play": PlayPressed,
    "pause": PausePressed,
    "anyway": AnywayPressed,
    "sound": SoundPressed,
    "dismiss": NoticeDismissed,
    "retry": RetryPressed,
    "leave": LeavePressed,
    "end": EndPressed,
    "start-anew": lambda: StartPressed(""),
    "new-link": NewLinkPressed,
    "no-password": lambda: PasswordGiven(""),
    "give-back": GiveBackPressed,
    "add-as-new": AddAsNewPressed,
    "go-on": GoOnPressed,
    "bring": BringPressed,
    "find-together": ChoosePressed,
    "choose-alone": AlonePressed,
    "end-watching": WatchingEnded,
    "keep-taste": lambda: TasteKept(on=True),
    "forget-taste": lambda: TasteKept(on=False),
    "taste-ready": ReadyPressed,
    "vote-watch": lambda: VotePressed(Wish.WATCH),
    "vote-skip": lambda: VotePressed(Wish.SKIP),
    "undo-card": UndoPressed,
    "find-another": AnotherPressed,
    "cards": CardsPressed,
    "widen": lambda: FiltersPicked("", None),
    "draw-lots": LotsPressed,
    "step-out": StepOutPressed,
    "end-choosing": ChoosingEnded,
}
_FILM_CLICKS: dict[str, Callable[[str], Event]] = {"decline-film": FilmDeclined, "want-film": FilmWanted}
_NEEDS = {
    "play": "play_pause", "pause": "play_pause", "rate": "play_pause", "seek": "seek", "back": "seek",
    "forward": "seek", "nudge-back": "seek", "nudge-forward": "seek", "pick-item": "choose", "remove-item": "choose",
    "move-up": "choose", "move-down": "choose",
    "remove-subtitle": "add", "end": "end", "policy": "set_policy", "anyway": "overrule",
    "make-cohost": "lead", "make-viewer": "lead", "make-host": "lead", "put-out": "lead", "ban": "lead",
    "visibility": "lead", "password": "lead", "no-password": "lead", "new-link": "lead",
    "let-in": "admit", "turn-away": "admit",
    "draw-lots": "choose", "majority": "choose", "filters": "choose", "widen": "choose",
    "end-choosing": "choose",
}  # fmt: skip


def event_for(kind: str, do: str, fields: Fields, picture: Picture) -> Event | None:
    """The event of a gesture: `kind` click, submit or change on something named `do`. None: it means nothing here."""
    if missing_right(do, picture):
        return None
    if kind == "submit":
        return _submitted(do, fields)
    if kind == "change":
        return _changed(do, fields)
    if do == "fetch-again":
        return FetchPressed(picture.current.film.film_id) if picture.current else None
    if "item" in fields:
        return _pointed(do, fields["item"], picture)
    if do in _FILM_CLICKS and picture.current:
        return _FILM_CLICKS[do](picture.current.film.film_id)
    return _CLICKS[do]() if do in _CLICKS else None


def _pointed(do: str, item: str, picture: Picture) -> Event | None:
    """A click on one of several."""
    if do == "remove-subtitle":
        return SubtitleTakenOff(picture.current.id, item) if picture.current else None
    makes: dict[str, Callable[[str], Event]] = {
        "pick-item": ItemPicked,
        "remove-item": ItemRemoved,
        "move-up": lambda moved: ItemMoved(moved, -1),
        "move-down": lambda moved: ItemMoved(moved, 1),
        "save-film": SavePressed,
        "watch-film": WatchPressed,
        "remove-film": RemovePressed,
        "pick-subtitle": SubtitlePicked,
        "size-subtitles": SubtitleSizePicked,
        "make-cohost": lambda member: RoleGiven(member, Role.COHOST),
        "make-viewer": lambda member: RoleGiven(member, Role.VIEWER),
        "make-host": HostGiven,
        "put-out": MemberPutOut,
        "ban": MemberBanned,
        "react": lambda reaction: Reacted(Reaction(reaction)),
        "let-in": CallerAdmitted,
        "turn-away": CallerDeclined,
        "visit": LinkEntered,
        "rate-loved": lambda film: FilmRated(int(film), Verdict.LOVED),
        "rate-liked": lambda film: FilmRated(int(film), Verdict.LIKED),
        "rate-hated": lambda film: FilmRated(int(film), Verdict.HATED),
    }
    return makes[do](item) if do in makes else None


def words_dropped(text: str, picture: Picture) -> Event:
    """Words or a link let go over the page: an invite where nobody has a room yet, and nothing anywhere else."""
    link = text.strip()
    return LinkEntered(link) if link and picture.screen is Screen.HOME else UnusableDropped("")


def missing_right(do: str, picture: Picture) -> str | None:
    """The field of `May` that this gesture needs and the person lacks."""
    need = _NEEDS.get(do)
    return need if need and not getattr(picture.may, need) else None


def _submitted(do: str, fields: Fields) -> Event | None:
    name = fields.get("name", "").strip()
    link = fields.get("link", "").strip()
    if do == "start":
        return StartPressed(name)
    if do == "join":
        return JoinPressed(name, fields.get("password", ""))
    if do == "chat":
        return ChatSent(fields.get("text", ""))
    if do == "password":
        return PasswordGiven(fields.get("password", ""))
    return LinkEntered(link) if do == "enter-link" and link else None


def _changed(do: str, fields: Fields) -> Event | None:
    if do == "seek":
        return SeekPressed(float(fields["value"]))
    if do == "rate":
        return RatePicked(float(fields["value"]))
    if do == "limits":
        return LimitsPicked(_limit(fields.get("download", "")), _limit(fields.get("upload", "")))
    if do == "filters":
        decade = fields.get("decade", "")
        return FiltersPicked(fields.get("genre", ""), int(decade) if decade else None)
    if do == "majority":
        return MajorityPicked("majority" in fields)
    if do == "pauses":
        return PausesPicked("sending" in fields, "receiving" in fields)
    if do == "visibility":
        return VisibilityPicked("public" in fields)
    if do == "policy":
        wait_for = WaitFor(fields.get("wait_for", WaitFor.EVERYONE))
        policy = Policy("play_pause" in fields, "seek" in fields, "add" in fields, wait_for)
        places = fields.get("places", "")
        return PolicyPicked(replace(policy, most_members=int(places)) if places else policy)
    return None


def _limit(text: str) -> int | None:
    return int(text) if text else None


def do_for_key(key: str, picture: Picture) -> str | None:
    """What a key without modifiers asks for while a film is on, as the name of a click."""
    do = _KEYS.get(key.lower())
    if picture.screen is Screen.SCREENING:
        return do if do in _ALONE else None
    if picture.screen is not Screen.ROOM or picture.current is None:
        return None
    return play_or_pause(picture) if do == "toggle" else do


def play_or_pause(picture: Picture) -> str:
    """The one of the two that would change something."""
    return "pause" if is_running(picture) else "play"


def is_running(picture: Picture) -> bool:
    """Whether the film runs, or is about to. At its end the room plays on in name only: nothing is left to pause."""
    player = picture.player
    if player is None or player.playing is Playing.ENDED:
        return False
    return player.timeline.playing or player.playing is Playing.WAITING_FOR_OTHERS
