"""Schemathesis reads openapi.json and asks everything it allows, and much that it does not."""

import asyncio
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.integration.clients import Visitor

SECONDS = 90  # a quiet machine takes eight
EXAMPLES = 6
# CI sets up what requirements-dev.txt names; a .venv from before that file named it does without until the next make.
IS_THERE = find_spec("schemathesis") is not None or "CI" in os.environ


async def test_it_is_served(visitor: Visitor) -> None:
    status, told = await visitor.call("GET", "/openapi.json")
    assert (status, told["openapi"]) == (200, "3.1.0")
    assert "/api/v1/openapi.json" in told["paths"]


# A room may have been ended by what was asked before; the rest is the tool's own list.
EXPECTED = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "410", "429", "5xx"]
"""


@pytest.mark.skipif(not IS_THERE, reason="`make test` fetches schemathesis")
async def test_the_server_does_what_its_description_says(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(EXPECTED)
    program = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"
    asked = ["run", f"{visitor.url}/api/v1/openapi.json", "-c", "all", "--max-examples", str(EXAMPLES)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, *asked, "--seed", "20261121", "--warnings", "off", "--no-color"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, said.decode()[-6000:]
    assert "No issues found" in said.decode()
