"""What the swarm wants done: values that nobody can change on the way."""

import dataclasses
import inspect
from typing import get_args

import pytest

from app.swarm import actions

DEFINED = [cls for _, cls in inspect.getmembers(actions, inspect.isclass) if cls.__module__ == actions.__name__]


def test_every_action_is_in_the_union() -> None:
    assert set(get_args(actions.Action)) == set(DEFINED)


@pytest.mark.parametrize("action", DEFINED)
def test_actions_are_frozen_and_slotted(action: type) -> None:
    assert dataclasses.is_dataclass(action)
    made = action(*(None for _ in dataclasses.fields(action)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(action)[0].name, 1)
    assert not hasattr(made, "__dict__")
