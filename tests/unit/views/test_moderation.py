"""Whom something can be done about, and who acts for whom."""

from dataclasses import replace

from app.room.state import Presence, Role
from app.session.picture import May, Person, Picture
from app.views.english import ENGLISH
from app.views.moderation import acting, can_manage
from app.views.words import Words

WORDS = Words(ENGLISH)
LEADS = Picture(may=May(lead=True))


def person(name: str, role: Role = Role.VIEWER, me: bool = False) -> Person:
    return Person(name.lower(), name, role, Presence.HERE, me, connected=False, share=None)


def test_only_others_who_do_not_lead_are_managed_and_only_by_who_leads() -> None:
    ben = person("Ben")
    assert can_manage(LEADS, ben)
    assert can_manage(LEADS, replace(ben, role=Role.COHOST))
    assert not can_manage(LEADS, replace(ben, role=Role.HOST))
    assert not can_manage(LEADS, replace(ben, me=True))
    assert not can_manage(Picture(), ben)


def test_who_acts_for_whom() -> None:
    people = (person("Ben", Role.HOST), person("Cy"))
    acted = Picture(people=people, acting_for="Ada")
    assert acting(WORDS, acted) == "Ada is away, and Ben acts as host meanwhile."
    mine = replace(acted, people=(person("Ben", Role.HOST, me=True),))
    assert acting(WORDS, mine) == "Ada is away, and you act as host meanwhile."
    assert acting(WORDS, replace(acted, acting_for="")) == ""
    assert acting(WORDS, replace(acted, people=())) == ""
