"""The real server as a child process on a free port."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parents[2]
START_S = 60


class ServerProcess:
    """`python -m signalling serve` on loopback; made by `start`."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, log: Path) -> None:
        self._process = process
        self._log = log
        self.url = url

    @classmethod
    async def start(cls, folder: Path, *options: str) -> "ServerProcess":
        """A server with its database and a small site in `folder`, when it listens."""
        site = folder / "site"
        (site / "runtime").mkdir(parents=True, exist_ok=True)
        (site / "index.html").write_text("<!doctype html><title>Matinee</title>")
        serve = ("serve", "--port", "0", "--db", str(folder / "db"), "--site", str(site), *options)
        log = folder / "log"
        with log.open("ab") as stderr:  # a pipe that nobody empties would hold the server up
            process = await run(*serve, stderr=stderr)
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_S)
        assert line.startswith(b"Matinee is at "), line
        return cls(process, line.decode().split()[-1].rstrip("/"), log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def log(self) -> list[dict[str, Any]]:
        """What it has logged so far, and those before it in that folder."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    async def kill(self) -> None:
        """As when the power goes."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """As when somebody stops it; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        if self._process.returncode is None:
            self._process.send_signal(number)
        await asyncio.wait_for(self._process.communicate(), START_S)
        assert self._process.returncode is not None
        return self._process.returncode


async def run(
    *arguments: str, stderr: int | BinaryIO = asyncio.subprocess.PIPE, **environ: str
) -> asyncio.subprocess.Process:
    """`python -m signalling` with these arguments."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-m",
        "signalling",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
    )
