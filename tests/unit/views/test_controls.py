"""The held parts as they are drawn across the seek bar."""

from app.views.controls import held_gradient


def test_nothing_held_draws_nothing() -> None:
    assert held_gradient(()) == "none"


def test_gaps_too_small_to_see_are_closed() -> None:
    assert held_gradient(((0.0, 0.4), (0.401, 0.5))) == held_gradient(((0.0, 0.5),))
    assert held_gradient(((0.0, 0.4), (0.6, 0.7))).count("rgb(") == 2
