"""Whether this browser can play a film."""

import pytest

from app.session.ability import Ability, ability, questions

HEVC = 'video/mp4; codecs="hvc1.1.6.L93.90, mp4a.40.2"'
MOV = 'video/quicktime; codecs="avc1.64001f, mp4a.40.2"'


def test_everything_is_asked_of_by_every_name() -> None:
    assert questions(HEVC) == (
        HEVC,
        "video/mp4",
        'video/mp4; codecs="hvc1.1.6.L93.90"',
        'video/mp4; codecs="mp4a.40.2"',
    )
    assert len(questions(MOV)) == 8
    assert questions("video/mp4") == ()


def answers(mime: str, *known: str) -> Ability:
    return ability(mime, tuple(question in known for question in questions(mime)))


def test_what_is_not_known_is_tried() -> None:
    assert ability("video/mp4", ()) == Ability(True)
    assert ability(HEVC, (True,)) == Ability(True)


@pytest.mark.parametrize(
    ("mime", "known", "expected"),
    [
        (HEVC, (HEVC,), Ability(True)),
        (HEVC, ("video/mp4", 'video/mp4; codecs="mp4a.40.2"'), Ability(False, ("hvc1.1.6.L93.90",))),
        (HEVC, ("video/mp4", 'video/mp4; codecs="hvc1.1.6.L93.90"'), Ability(True, ("mp4a.40.2",))),
        (HEVC, (), Ability(False, ("hvc1.1.6.L93.90", "mp4a.40.2"))),
        (HEVC, questions(HEVC)[2:], Ability(False, ("mp4",))),
        (HEVC, questions(HEVC)[1:], Ability(True)),
        (MOV, ('video/mp4; codecs="avc1.64001f, mp4a.40.2"',), Ability(True)),
    ],
)
def test_what_the_answers_come_to(mime: str, known: tuple[str, ...], expected: Ability) -> None:
    assert answers(mime, *known) == expected
