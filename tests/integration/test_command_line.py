"""`python -m signalling`: every failure is one sentence and exit code 2."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.integration.server_process import ServerProcess, run


async def complaint(*arguments: str, **environ: str) -> str:
    """What it says before it gives up."""
    process = await run(*arguments, **environ)
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, out) == (2, b""), err
    said = err.decode()
    assert said.count("\n") == 1, said
    assert said.endswith(".\n")
    return said


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The least site there is."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<!doctype html>")
    return tmp_path / "site"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["serve", "--bogus"],
        ["serve", "--port", "http"],
        ["serve", "--port", "65536"],
        ["serve", "--away", "0"],
        ["serve", "--away", "soon"],
        ["serve", "--origin", "matinee.example"],
        ["serve", "--site", "/nowhere"],
    ],
)
async def test_what_cannot_be_followed(arguments: list[str]) -> None:
    await complaint(*arguments)


async def test_the_environment_counts_too() -> None:
    assert "'x' is no port" in await complaint("serve", MATINEE_PORT="x")
    assert "MATINEE_ORIGINS" in await complaint("serve", MATINEE_ORIGINS="https://a.example nonsense")


async def test_a_missing_site_names_the_next_step(tmp_path: Path) -> None:
    said = await complaint("serve", "--site", str(tmp_path / "site"))
    assert "make site" in said


async def test_a_taken_port(tmp_path: Path, site: Path) -> None:
    server = await ServerProcess.start(tmp_path)
    port = server.url.rsplit(":", 1)[1]
    try:
        assert f"Port {port}" in await complaint("serve", "--port", port, "--site", str(site))
    finally:
        await server.kill()


async def test_an_address_of_somebody_else(site: Path) -> None:
    await complaint("serve", "--host", "203.0.113.9", "--port", "0", "--site", str(site))
    await complaint("serve", "--host", "no such host", "--port", "0", "--site", str(site))


async def test_a_database_in_use(tmp_path: Path, site: Path) -> None:
    server = await ServerProcess.start(tmp_path)
    try:
        said = await complaint("serve", "--port", "0", "--db", str(tmp_path / "db"), "--site", str(site))
        assert "another Matinee" in said
    finally:
        await server.kill()


async def test_a_database_that_is_none(tmp_path: Path, site: Path) -> None:
    garbage, foreign = tmp_path / "garbage", tmp_path / "foreign"
    garbage.write_bytes(b"film" * 1000)
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE shopping (item)")
    db.close()
    for path, words in [(garbage, "not a readable database"), (foreign, "another program"), (site, "be opened")]:
        assert words in await complaint("serve", "--port", "0", "--db", str(path), "--site", str(site))
    assert garbage.read_bytes() == b"film" * 1000
