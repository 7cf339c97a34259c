"""Invite links, as people paste them."""

import pytest

from app.session.invite import Invite, parse

SECRET = "aB3_-xyzaB3_-xyzaB3_-x"
INVITE = Invite("ABC234", SECRET)


def test_what_is_shown_can_be_read() -> None:
    assert INVITE.fragment == f"ABC234.{SECRET}"
    assert parse(INVITE.fragment) == INVITE


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://matinee.example/#ABC234.{SECRET}",
        f"#ABC234.{SECRET}",
        f"  ABC234.{SECRET}\n",
        f"abc234.{SECRET}",
        f"ABC234 . {SECRET}",
        f"Join us! http://x/#a#ABC234.{SECRET}",
    ],
)
def test_it_is_found_however_it_was_pasted(pasted: str) -> None:
    assert parse(pasted) == INVITE


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "#",
        "https://matinee.example/",
        f".{SECRET}",
        "ABC234.",
        "ABC234.short",
        f"ABC234.{'s' * 65}",
        f"ABC23.{SECRET}",
        f"ABC2345.{SECRET}",
        f"ABC23O.{SECRET}",
        f"ABC231.{SECRET}",
        f"ABC234.{SECRET}!",
        f"ABC234.{SECRET}.more",
        f"ABC234:{SECRET}",
    ],
)
def test_what_is_no_invite_is_none(pasted: str) -> None:
    assert parse(pasted) is None


@pytest.mark.parametrize("length", [16, 64])
def test_secrets_of_any_allowed_length(length: int) -> None:
    assert parse("ABC234." + "s" * length) == Invite("ABC234", "s" * length)


def test_the_secret_keeps_its_case() -> None:
    found = parse(f"abc234.{SECRET.lower()}")
    assert found is not None
    assert found.link_secret == SECRET.lower()


@pytest.mark.parametrize("typed", ["ABC234", " abc234\n", "https://matinee.example/#ABC234"])
def test_a_bare_code_is_a_way_to_the_door(typed: str) -> None:
    assert parse(typed) == Invite("ABC234", "")
    assert Invite("ABC234", "").fragment == "ABC234"
