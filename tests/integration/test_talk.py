"""Chat and reactions over real WebSockets."""

from app.room.errors import Reason
from app.room.messages import Chat, React, RefusedCommand
from app.room.said import Reaction
from tests.integration.clients import Visitor


async def test_what_is_said_is_heard_cleaned_and_kept_for_who_comes_later(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ben.do(Chat(" Hel\u202elo\x00\n there "), "hi")
    assert (await ada.hear_happen(Chat)).command == Chat("Hello there")
    await ben.do(React(Reaction.HEART), "heart")
    assert (await ada.hear_happen(React)).command == React(Reaction.HEART)
    late = await visitor.join(invitation, "Cy")
    _, ready = await visitor.enter(late.ticket)
    assert [(line.name, line.text, line.position_s) for line in ready.room.talk] == [("Ben", "Hello there", 0.0)]


async def test_nothing_to_see_is_nothing_said(visitor: Visitor) -> None:
    _, _, ada = await visitor.host()
    await ada.do(Chat("\u202e\u200b"), "empty")
    assert (await ada.hear_a(RefusedCommand)).reason is Reason.INVALID_COMMAND


async def test_who_talks_too_fast_is_told(visitor: Visitor) -> None:
    _, _, ada = await visitor.host()
    for number in range(11):
        await ada.do(Chat(f"line {number}"), f"c{number}")
    refused = await ada.hear_a(RefusedCommand)
    assert (refused.command_id, refused.reason) == ("c10", Reason.RATE_LIMITED)
    await ada.do(React(Reaction.CLAP), "clap")
    assert (await ada.hear_happen(React)).command_id == "clap"
