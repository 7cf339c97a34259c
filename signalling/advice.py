"""A language model's word on a deck: which of the films that fit it would show, and a sentence for each.

Laws: it gets titles and verdicts and no names; it chooses among our films and nowhere else, so it can neither invent a
film nor bring back one that somebody hates; what it says is shown as text. Two wires, one client: Gemini's own, and
the one of OpenAI that many servers speak.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from signalling.outside import Call, Outside, OutsideError
from signalling.text import clean

MOST_SENTENCE = 160
MOST_TASTE = 25
MOST_BYTES = 64 * 1024
_ORDER = (
    "You help a group choose a film. From the list, pick the {count} that all of them should like best, and say of "
    "each in one short sentence in English, of at most 14 words, why it suits them. Use only ids of the list, each "
    "once. The sentence is about the film: it never mentions a person, nor the number of one."
)
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "films": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "why": {"type": "string"}},
                "required": ["id", "why"],
            },
        }
    },
    "required": ["films"],
}


@dataclass(frozen=True, slots=True)
class Question:
    """Films to choose from as (number, title and year), best first; and everybody's verdicts as titles by kind."""

    films: Sequence[tuple[int, str]]
    tastes: Sequence[Mapping[str, Sequence[str]]]
    count: int

    @property
    def text(self) -> str:
        """As the model reads it."""
        lines = ["Films:", *(f"{number}: {title}" for number, title in self.films)]
        for at, taste in enumerate(self.tastes, 1):
            said = (f"{kind}: {'; '.join(titles[:MOST_TASTE])}" for kind, titles in taste.items() if titles)
            lines.append(f"Person {at} — " + " | ".join(said))
        return "\n".join(lines)

    @property
    def order(self) -> str:
        """What it is to do."""
        return _ORDER.format(count=self.count)


class Wire(Protocol):
    """How a model is spoken to."""

    def call(self, question: Question, within_s: float) -> Call:
        """What to ask of the server."""

    def text(self, said: Any) -> str:
        """The model's own words in an answer. Raises LookupError or TypeError where there are none."""


@dataclass(frozen=True, slots=True)
class Gemini:
    """Google's `generateContent`."""

    base: str
    key: str
    model: str

    def call(self, question: Question, within_s: float) -> Call:
        """What to ask of the server."""
        body = {
            "systemInstruction": {"parts": [{"text": question.order}]},
            "contents": [{"role": "user", "parts": [{"text": question.text}]}],
            "generationConfig": {
                "temperature": 0.3,
                "responseMimeType": "application/json",
                "responseSchema": _SCHEMA,
            },
        }
        url = f"{self.base}/v1beta/models/{self.model}:generateContent"
        return Call(url, None, {"x-goog-api-key": self.key}, body, within_s, MOST_BYTES)

    def text(self, said: Any) -> str:
        """The model's own words in an answer."""
        return "".join(part["text"] for part in said["candidates"][0]["content"]["parts"])


@dataclass(frozen=True, slots=True)
class OpenAi:
    """`chat/completions`, as OpenAI and many others speak it; the key may be empty."""

    base: str
    key: str
    model: str

    def call(self, question: Question, within_s: float) -> Call:
        """What to ask of the server."""
        schema = {"name": "deck", "schema": _SCHEMA}
        body = {
            "model": self.model,
            "temperature": 0.3,
            "messages": [
                {"role": "system", "content": question.order},
                {"role": "user", "content": question.text},
            ],
            "response_format": {"type": "json_schema", "json_schema": schema},
        }
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else None
        return Call(f"{self.base}/chat/completions", None, headers, body, within_s, MOST_BYTES)

    def text(self, said: Any) -> str:
        """The model's own words in an answer."""
        return str(said["choices"][0]["message"]["content"])


class Adviser:
    """Asks a model, and believes of its answer what can be."""

    def __init__(self, wire: Wire, outside: Outside, within_s: float) -> None:
        self._wire = wire
        self._outside = outside
        self._within_s = within_s

    async def picks(self, question: Question) -> dict[int, str]:
        """Films of the question and what is said of each, in the model's order. Raises `OutsideError`."""
        said = await self._outside.json(self._wire.call(question, self._within_s))
        try:
            films = json.loads(self._wire.text(said))["films"]
            found = dict(_believed(films, {number for number, _ in question.films}))
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            raise OutsideError("its answer is not what was asked for") from None
        if not found:
            raise OutsideError("none of its films is one of ours")
        return dict(list(found.items())[: question.count])

    async def close(self) -> None:
        """Let go of the connections."""
        await self._outside.close()


def _believed(films: Sequence[Any], ours: set[int]) -> Iterator[tuple[int, str]]:
    """What names a film of ours, each once."""
    for one in films:
        number, why = (one.get("id"), one.get("why", "")) if isinstance(one, dict) else (None, "")
        if type(number) is int and number in ours and isinstance(why, str):
            ours = ours - {number}
            yield number, clean(why, MOST_SENTENCE, "")
