"""Who is here, and what each of us may set."""

from app.room.state import Policy, Presence
from app.session.picture import Person, Picture
from app.views.paper import Paper
from app.views.titles import hue_of
from app.views.words import Words

_LIMITS_MBPS = (0.5, 1, 2, 5, 10)


def offer_limits(paper: Paper, words: Words) -> None:
    """Fill the two menus of speed limits; values are bytes a second, empty for none. Once, at the start."""
    from js import Option

    for menu in ("limit-down", "limit-up"):
        paper.element(menu).add(Option.new(words.phrase("no_limit"), ""))
        for limit in _LIMITS_MBPS:
            paper.element(menu).add(Option.new(words.rate(limit * 1e6), str(int(limit * 1e6))))


def draw(paper: Paper, words: Words, picture: Picture) -> None:
    """Show the roster and the settings."""
    paper.rows("people", "person-row", [person.id for person in picture.people])
    paper.text("people-count", str(len(picture.people)))
    for person in picture.people:
        _draw_person(paper, words, person, picture.current is not None)
    _draw_settings(paper, words, picture)


def _draw_person(paper: Paper, words: Words, person: Person, film_on: bool) -> None:
    row = f"people/{person.id}"
    paper.text(f"{row}/avatar", person.name[:1].upper())
    paper.style(f"{row}/avatar", "--hue", str(hue_of(person.name)))
    paper.text(f"{row}/name", person.name)
    paper.text(f"{row}/state", words.person(person, film_on))
    paper.text(f"{row}/role", words.role(person.role))
    paper.attribute(row, "data-away", "" if person.presence is Presence.AWAY else None)


def _draw_settings(paper: Paper, words: Words, picture: Picture) -> None:
    paper.property("limit-down", "value", str(picture.download_limit_Bps or ""))
    paper.property("limit-up", "value", str(picture.upload_limit_Bps or ""))
    paper.property("pause-receiving", "checked", picture.receiving_paused)
    paper.property("pause-sending", "checked", picture.sending_paused)
    paper.allow("policy", picture.may.set_policy, "", words.phrase("only_host_decides"))
    paper.property("may-play-pause", "checked", picture.policy.viewers_may_play_pause)
    paper.property("may-seek", "checked", picture.policy.viewers_may_seek)
    paper.property("may-add", "checked", picture.policy.viewers_may_add)
    paper.property("wait-for", "value", picture.policy.wait_for.value)
    places = picture.policy.most_members
    paper.property("places", "value", "" if places == Policy().most_members else str(places))
    paper.shown("end", picture.may.end)
