"""Kills the server 200 times in the middle of writing, and looks each time whether anything it acknowledged is lost.

- `crashes`, `acknowledged`: how often it was killed, and how many commands it had said to be durable before that.
- `written_unheard`: those it had written and not told of yet: allowed, as long as a repetition has no second effect.
- `lost`: what was acknowledged and is not there, or in another order. The bench ends with an error at the first.
"""

import tempfile
from pathlib import Path

import aiohttp

from tests.bench.common import Figures, Options, tell
from tests.support.crashes import crash_often

CRASHES = 200


async def run(_: Options) -> Figures:
    """The figures."""
    tell(f"{CRASHES} crashes, about half a second each")
    with tempfile.TemporaryDirectory() as folder:
        async with aiohttp.ClientSession() as http:
            return dict(await crash_often(Path(folder), http, CRASHES))
