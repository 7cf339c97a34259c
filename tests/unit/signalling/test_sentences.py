"""Every refusal can be read."""

from app.room.errors import Reason
from signalling.sentences import SENTENCES


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in SENTENCES.values())
