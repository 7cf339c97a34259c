"""A server that is killed in mid-write loses nothing that it acknowledged."""

from pathlib import Path

import aiohttp

from tests.support.crashes import crash_often

CRASHES = 6  # `python -m tests.bench crash` does 200


async def test_what_was_acknowledged_outlives_a_crash(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    told = await crash_often(tmp_path, http, CRASHES)
    assert told["acknowledged"] >= CRASHES
    assert told["lost"] == 0
