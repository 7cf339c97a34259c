"""What a table of words must hold. One module per language fills it; nothing else on the page contains sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.session.picture import Deed, Trouble


class Step(StrEnum):
    """The one next step a trouble offers; each is a name that `hands` knows."""

    LEAVE = "leave"
    RETRY = "retry"
    DISMISS = "dismiss"
    CHOOSE = "choose"
    RELOAD = "reload"
    GIVE_BACK = "give-back"
    ADD_AS_NEW = "add-as-new"
    SHELF = "shelf"
    BRING = "bring"
    FETCH = "fetch-again"
    START = "start-anew"
    NEW_LINK = "new-link"


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence, `{about}` and `{names}` filled by what it is about, and the label and name of its next step."""

    sentence: str
    label: str
    step: Step
    other: "Choice | None" = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Another step, where there is none that fits everybody."""

    label: str
    step: Step


@dataclass(frozen=True, slots=True)
class Language:
    """Every dynamic sentence. `deeds` are told of others and of oneself, `refusals` and `lacks` are keyed by code."""

    decimal_point: str
    troubles: Mapping[Trouble, Telling]
    refusals: Mapping[str, str]
    lacks: Mapping[str, str]
    deeds: Mapping[Deed, tuple[str, str]]
    phrases: Mapping[str, str]
