"""Our server beside socket.io: ten rooms of a hundred members, in which one says something and a hundred hear it.

The load is the same process for both, raw WebSockets, and as light as it can be: where it reads slowly, both servers
seem to tell slowly. Both know who the members are, by a ticket of ours and a sealed token of theirs. A delivered frame
has 228 bytes. Ours is made durable before anybody hears it, socket.io keeps nothing. Rounds are interleaved, figures
are medians of them:

- `us_per_delivery`: processor time of the server, user and system, for each frame that reached a member, while in every
  room the next event is asked for as soon as the last was heard.
- `kib_per_member`: what its resident memory grew by while the members came in, each.
- `fanout_p50_ms`, `fanout_p99_ms`: at an even pace, between the first and the last member of a room whose socket has an
  event, median and 99th percentile of all events. No commit is part of it: that comes before the first has it.
- `first_p50_ms`, `first_p99_ms`: from asking to the first who has it; for ours most of it is the commit.
- `event_p99_ms`: from asking to having it, 99th percentile of all deliveries.
- `commands_per_s`: commands that were committed and answered, asked for by the hosts of ten rooms at once, 10 at a time
  each and as many as one may ask in a go; the same with other rooms 20 times, one after the other.
- `resume_ms_p99`: from asking for a ticket to the whole room, for members who come back one after the other.
"""

import asyncio
import gc
import hashlib
import hmac
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp
import uvloop

from app.playback.median import percentile
from app.room.codec import encode
from app.room.messages import PROTOCOL_VERSION, Chat, Do, Hello, SetPolicy
from app.room.state import Policy
from signalling.paces import OTHERS
from tests.bench.common import PAGES, ROOT, Figures, Options, tell
from tests.support.crowd import Deliveries, Member, Speech
from tools.prepare import node_command

ROOMS = 10
MEMBERS = 100
PACED, EVERY_S = 300, 0.03
PRESSED = 60  # events of each room, one after the other
FRAME_BYTES = 228
SETTLE_S = 1.5
READ_AFTER_S = 0.005
GOES, AT_ONCE = 20, 10
RESUMES = 100
KEY = "bench"
OPEN_FILES = 8192

in_loop = uvloop.run

_OURS = re.compile(rb'"text":"(\d{6})|"command_id":"n(\d+)"')
_THEIRS = re.compile(rb'^42\["said","(\d{6})')


@dataclass(frozen=True, slots=True)
class Running:
    """A server under load. `enter` brings a member into a room, by the numbers of both; `say` asks for an event."""

    name: str
    pid: int
    enter: Callable[[int, int, Deliveries], Awaitable[Member]]
    say: Callable[[int], bytes]


# --- the two servers


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Running]:
    """Our server, with its database in `folder`."""
    command = [sys.executable, "-m", "signalling", "serve", "--port", "0", "--db", str(folder / "db"), "--site", "none"]
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        port = int(line.decode().strip().rstrip("/").rpartition(":")[2])
        async with aiohttp.ClientSession() as http:
            yield Running("ours", process.pid, Guide(http, port).enter, our_words)
    finally:
        process.terminate()
        await process.wait()


class Guide:
    """Makes rooms and brings people in, over REST and the WebSocket."""

    def __init__(self, http: aiohttp.ClientSession, port: int) -> None:
        self.http = http
        self.port = port
        self.rooms: dict[int, dict[str, str]] = {}
        self.seats: dict[tuple[int, int], dict[str, str]] = {}

    async def enter(self, room: int, member: int, deliveries: Deliveries) -> Member:
        """The first member of a room makes it."""
        if member == 0:
            told = self.rooms[room] = await self.post("/rooms", {"name": f"host{room}"})
        else:
            made = self.rooms[room]
            body = {"name": f"guest{member}", "link_secret": made["link_secret"]}
            told = await self.post(f"/rooms/{made['code']}/join", body)
        self.seats[room, member] = told
        return await self.attend(told["ticket"], deliveries)

    async def resume(self, room: int, member: int, deliveries: Deliveries) -> Member:
        """Back in, by the resume secret."""
        seat = self.seats[room, member]
        body = {"member": seat["member"], "resume_secret": seat["resume_secret"]}
        told = await self.post(f"/rooms/{self.rooms[room]['code']}/ticket", body)
        return await self.attend(told["ticket"], deliveries)

    async def attend(self, ticket: str, deliveries: Deliveries) -> Member:
        opening = encode(Hello(PROTOCOL_VERSION, ticket)).encode()
        return await Member.enter(self.port, OUR_SPEECH, opening, deliveries)

    async def post(self, path: str, body: dict[str, str]) -> dict[str, str]:
        async with self.http.post(f"http://127.0.0.1:{self.port}/api/v1{path}", json=body) as response:
            told: dict[str, str] = await response.json()
            if response.status not in (200, 201):
                raise RuntimeError(f"{path}: {response.status} {told}")
            return told


def our_mark(frame: bytes) -> int | None:
    """The number of the event in a `happened`."""
    if not frame.startswith(b'{"type":"happened"'):
        return None
    found = _OURS.search(frame)
    return int(found[1] or found[2]) if found else None


OUR_SPEECH = Speech("/api/v1/socket", lambda frame: frame.startswith(b'{"type":"ready"'), our_mark)


def our_words(number: int) -> bytes:
    """A line of chat whose `happened` has 228 bytes, give or take the digits of its revision."""
    return encode(Do(f"c{number:06}", Chat(f"{number:06}".ljust(91, "x")))).encode()


@asynccontextmanager
async def socketio(_folder: Path) -> AsyncIterator[Running]:
    """socket.io, as its documentation sets it up."""
    process = await asyncio.create_subprocess_exec(
        *node_command(), str(PAGES / "socketio.mjs"), KEY, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 30))

        async def enter(room: int, member: int, deliveries: Deliveries) -> Member:
            return await Member.enter(port, their_speech(room, member), b"", deliveries)

        yield Running("socketio", process.pid, enter, their_words)
    finally:
        process.stdin.close()
        await process.wait()


def their_speech(room: int, member: int) -> Speech:
    """Engine.IO 4: `0` opens, `40` with the token asks to be let in and says that we are, `2` is answered by `3`."""
    seal = hmac.new(KEY.encode(), f"room{room}.m{member}".encode(), hashlib.sha256).hexdigest()
    token = json.dumps({"room": f"room{room}", "member": f"m{member}", "seal": seal})

    def answer(frame: bytes) -> bytes | None:
        if frame.startswith(b"0"):
            return f"40{token}".encode()
        return b"3" if frame == b"2" else None

    return Speech("/socket.io/?EIO=4&transport=websocket", lambda frame: frame.startswith(b"40"), their_mark, answer)


def their_mark(frame: bytes) -> int | None:
    """The number of the event in a `said`."""
    found = _THEIRS.match(frame)
    return int(found[1]) if found else None


def their_words(number: int) -> bytes:
    """Something to say whose frame has 228 bytes when it is delivered."""
    frame = f'42["said","{number:06}"]'
    return f'42["say","{number:06}{"x" * (FRAME_BYTES - len(frame))}"]'.encode()


# --- measuring


async def run(options: Options) -> Figures:
    """Rounds interleaved, each starting with the other one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(OPEN_FILES, hard)), hard))
    gc.disable()  # the load's pauses would count as the server's
    rounds: dict[str, list[dict[str, float]]] = {"ours": [], "socketio": []}
    for number in range(options.rounds):
        order = (ours, socketio) if number % 2 == 0 else (socketio, ours)
        for start in order:
            with tempfile.TemporaryDirectory(prefix="matinee-server-") as folder:
                async with start(Path(folder)) as running:
                    measured = await measure(running)
            rounds[running.name].append(measured)
            tell(f"round {number + 1}: {running.name} {measured}")
    return figures(rounds)


async def measure(running: Running) -> dict[str, float]:
    """One server, one round."""
    deliveries = Deliveries()
    await asyncio.sleep(SETTLE_S)
    empty_kib = resident_kib(running.pid)
    rooms = await asyncio.gather(*(fill(running, room, deliveries) for room in range(ROOMS)))
    await asyncio.sleep(SETTLE_S)
    full_kib = resident_kib(running.pid)
    pressed = Deliveries()
    for member in (member for room in rooms for member in room):
        member.deliveries = pressed
    before_s = cpu_s(running.pid)
    await press(running, rooms, pressed)
    used_s = cpu_s(running.pid) - before_s
    paced = Deliveries(READ_AFTER_S)
    for member in (member for room in rooms for member in room):
        member.deliveries = paced
    await talk(running, rooms, paced)
    told = {
        "us_per_delivery": used_s / pressed.count * 1e6,
        "kib_per_member": (full_kib - empty_kib) / (ROOMS * MEMBERS),
        "fanout_p50_ms": median(spreads_ms(paced)),
        "fanout_p99_ms": percentile(spreads_ms(paced), 0.99),
        "first_p50_ms": median(firsts_ms(paced)),
        "first_p99_ms": percentile(firsts_ms(paced), 0.99),
        "event_p99_ms": percentile(delays_ms(paced), 0.99),
    }
    guide = getattr(running.enter, "__self__", None)
    if isinstance(guide, Guide):
        told |= await only_ours(guide, rooms)
    for room in rooms:
        for member in room:
            member.drop()
    return told


async def fill(running: Running, room: int, deliveries: Deliveries) -> list[Member]:
    return [await running.enter(room, member, deliveries) for member in range(MEMBERS)]


async def press(running: Running, rooms: list[list[Member]], deliveries: Deliveries) -> None:
    """In every room somebody says something as soon as everybody has heard what was said before."""

    async def press_one(number: int) -> None:
        room, event = rooms[number], number * PRESSED
        for turn in range(PRESSED):
            deliveries.ask(event + turn, MEMBERS)
            room[turn % MEMBERS].say(running.say(event + turn))
            await asyncio.wait_for(deliveries.all_heard(event + turn), 60)

    await asyncio.gather(*(press_one(number) for number in range(ROOMS)))


async def talk(running: Running, rooms: list[list[Member]], deliveries: Deliveries) -> None:
    """One event after the other at an even pace, in all rooms by turns and by their members by turns."""
    for number in range(PACED):
        event, room = ROOMS * PRESSED + number, rooms[number % ROOMS]
        deliveries.ask(event, MEMBERS)
        room[(PRESSED + number // ROOMS) % MEMBERS].say(running.say(event))
        await asyncio.sleep(EVERY_S)
    for number in range(PACED):
        await asyncio.wait_for(deliveries.all_heard(ROOMS * PRESSED + number), 60)


async def only_ours(guide: Guide, rooms: list[list[Member]]) -> dict[str, float]:
    """What socket.io has nothing to set beside."""
    took_ms = []
    for number in range(RESUMES):
        room, member = number % ROOMS, 1 + number // ROOMS
        rooms[room][member].drop()
        began = perf_counter()
        rooms[room][member] = await guide.resume(room, member, Deliveries())
        took_ms.append((perf_counter() - began) * 1000)
    took_s = 0.0
    for go in range(GOES):
        fresh = range(1000 + go * ROOMS, 1000 + (go + 1) * ROOMS)
        inboxes = {room: Deliveries() for room in fresh}
        hosts = {room: await guide.enter(room, 0, inboxes[room]) for room in fresh}
        began = perf_counter()
        await asyncio.gather(*(commands(hosts[room], inboxes[room]) for room in fresh))
        took_s += perf_counter() - began
        for host in hosts.values():
            host.drop()
    return {"resume_ms_p99": percentile(took_ms, 0.99), "commands_per_s": GOES * ROOMS * OTHERS.burst / took_s}


async def commands(host: Member, deliveries: Deliveries) -> None:
    """As many commands as one host may ask in a go, some of them on their way at all times."""
    for first in range(0, int(OTHERS.burst), AT_ONCE):
        for event in range(first, first + AT_ONCE):
            deliveries.ask(event, 1)
            host.say(encode(Do(f"n{event}", SetPolicy(Policy(viewers_may_seek=event % 2 == 0)))).encode())
        await asyncio.wait_for(deliveries.all_heard(first + AT_ONCE - 1), 30)


def spreads_ms(deliveries: Deliveries) -> list[float]:
    """For each event the time between the first and the last who heard it."""
    return [(max(times) - min(times)) * 1000 for times in deliveries.heard.values()]


def firsts_ms(deliveries: Deliveries) -> list[float]:
    """For each event the time from asking to the first who heard it."""
    return [(min(times) - deliveries.asked[n]) * 1000 for n, times in deliveries.heard.items()]


def delays_ms(deliveries: Deliveries) -> list[float]:
    """For each delivery the time since it was asked for."""
    return [(heard - deliveries.asked[n]) * 1000 for n, times in deliveries.heard.items() for heard in times]


def cpu_s(pid: int) -> float:
    """Processor time of a process and its threads so far, user and system: fields 14 and 15 of proc(5)'s stat."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid: int) -> float:
    """Resident memory of a process."""
    return float(re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0])


def figures(rounds: dict[str, list[dict[str, float]]]) -> Figures:
    """Medians of the rounds, and ours as a share of socket.io's where both have one."""
    middle = {
        name: {figure: median(one[figure] for one in each) for figure in each[0]} for name, each in rounds.items()
    }
    told = {figure: round(value, 2) for figure, value in middle["ours"].items()}
    for figure, value in middle["socketio"].items():
        told[f"socketio_{figure}"] = round(value, 2)
        told[f"{figure}_over_socketio"] = round(middle["ours"][figure] / value, 3)
    return told
