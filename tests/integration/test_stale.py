"""Commands that were meant for a room as it no longer is, through the real server."""

from app.room.errors import Reason
from app.room.messages import Do, Happened, Pause, Ready, RefusedCommand, Seek, SyncRequest
from signalling.moves import FRESH_S
from tests.integration.clients import Line, Visitor


async def a_while(line: Line) -> None:
    """Until room time has gone on by so much that whoever is connected has heard everything before."""
    since = (await line.clock()) + FRESH_S
    while await line.clock() < since:
        pass


async def test_who_was_cut_off_does_not_take_the_others_back(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ben.say(SyncRequest())
    seen = (await ben.hear_a(Ready)).room.revision
    await ben.socket.close()
    await ada.do(Seek(300.0), "there")
    await ada.hear_happen(Seek)
    await a_while(ada)
    back, ready = await visitor.enter(await visitor.ticket(entry))
    for number, command in enumerate((Pause(), Seek(10.0))):
        await back.say(Do(f"old{number}", command, seen))
        assert await back.hear_a(RefusedCommand) == RefusedCommand(f"old{number}", Reason.STALE)
    await back.say(Do("new", Pause(), ready.room.revision))
    assert (await back.hear_a(Happened)).command_id == "new"
    await back.say(SyncRequest())
    assert (await back.hear_a(Ready)).room.timeline.position_s == 300.0
