"""The REST face and the site, over HTTP."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from signalling.version import VERSION
from tests.integration.clients import FILM, Entry, Visitor
from tests.integration.server_process import ServerProcess


def proof(entry: Entry) -> dict[str, str]:
    """What shows that the seat is one's own."""
    return {"member": entry.member, "resume_secret": entry.resume_secret}


async def test_health(visitor: Visitor) -> None:
    assert await visitor.call("GET", "/health") == (200, {"status": "ok", "version": VERSION})


async def test_a_card_shows_no_secrets(visitor: Visitor) -> None:
    invitation, _, _ = await visitor.host()
    await visitor.join(invitation, "Ben")
    status, card = await visitor.call("GET", f"/rooms/{invitation.code.lower()}")
    assert status == 200
    assert card == {
        "code": invitation.code,
        "title": "Ada’s room",
        "members": ["Ada", "Ben"],
        "phase": "active",
        "on": FILM.name,
        "needs_password": False,
        "public": False,
        "full": False,
    }


async def test_a_name_is_text_and_nothing_else(visitor: Visitor) -> None:
    invitation, _ = await visitor.make_room("\u202eA\x00da\n")
    await visitor.join(invitation, "\u200b")
    _, card = await visitor.call("GET", f"/rooms/{invitation.code}")
    assert card["members"] == ["Ada", "Guest"]
    assert card["on"] is None


async def test_what_is_shared_with_a_page_that_has_no_worker_yet_leads_to_the_page_and_is_not_read(
    visitor: Visitor,
) -> None:
    film = {"film": io.BytesIO(b"x" * (3 << 20))}  # more than any request of ours may have
    async with visitor.http.post(f"{visitor.url}/shared", data=film, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "./?shared")
    async with visitor.http.get(f"{visitor.url}/?shared") as response:
        assert response.status == 200


@pytest.mark.parametrize("code", ["ABCDEF", "abc", "%2e%2e", "A" * 300, "ABCDE%00"])
async def test_an_unknown_room_is_not_found(visitor: Visitor, code: str) -> None:
    for method, path in [("GET", ""), ("POST", "/join"), ("POST", "/ticket"), ("DELETE", "/members/me")]:
        body = {"name": "B", "link_secret": "s", "member": "m", "resume_secret": "r"}
        status, problem = await visitor.call(method, f"/rooms/{code}{path}", body)
        assert (status, problem["code"]) == (404, "not_found")
        assert problem["detail"].endswith(".")


async def test_wrong_secrets_open_nothing(visitor: Visitor) -> None:
    invitation, entry = await visitor.make_room()
    path = f"/rooms/{entry.code}"
    wrong_link = {"name": "B", "link_secret": invitation.link_secret[:-1]}
    wrong_resume = {"member": entry.member, "resume_secret": invitation.link_secret}
    nobody = {"member": "nobody", "resume_secret": entry.resume_secret}
    for method, tail, body in [
        ("POST", "/join", wrong_link),
        ("POST", "/ticket", wrong_resume),
        ("POST", "/ticket", nobody),
        ("DELETE", "/members/me", wrong_resume),
    ]:
        status, problem = await visitor.call(method, path + tail, body)
        assert (status, problem["code"]) == (403, "unauthorized_command")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"name": 1}',
        b'{"name": ""}',
        b'{"name": null}',
        b'{"title": "x"}',
        b'{"name": "\\ud800"}',
        b'{"name": "A", "title": 5}',
        b'{"name": "' + b"a" * 41 + b'"}',
        b"[" * 10_000,
    ],
)
async def test_a_body_that_does_not_fit_is_refused(visitor: Visitor, body: bytes) -> None:
    async with visitor.http.post(f"{visitor.url}/api/v1/rooms", data=body) as response:
        problem: dict[str, Any] = await response.json(content_type="application/problem+json")
    assert (response.status, problem["code"], problem["status"]) == (400, "invalid_command", 400)
    assert problem["detail"].endswith(".")


async def test_a_body_has_a_size(visitor: Visitor) -> None:
    status, problem = await visitor.call("POST", "/rooms", {"name": "A", "more": "x" * 17_000})
    assert (status, problem["code"]) == (413, "too_large")


async def test_paths_and_methods_that_are_not_there(visitor: Visitor) -> None:
    status, problem = await visitor.call("GET", "/nothing")
    assert (status, problem["code"]) == (404, "not_found")
    status, problem = await visitor.call("PUT", "/rooms")
    assert (status, problem["code"]) == (405, "invalid_command")
    async with visitor.http.get(f"{visitor.url}/nothing") as response:
        assert (response.status, response.content_type) == (404, "text/plain")
    async with visitor.http.get(f"{visitor.url}/api/v1/socket", headers={"Origin": visitor.url}) as response:
        assert response.status == 400


REBOUND = {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, REBOUND])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/rooms"), ("DELETE", "/rooms/ABCDEF/members/me"), ("GET", "/socket")]
)
async def test_another_sites_page_gets_no_answer(
    visitor: Visitor, headers: dict[str, str], method: str, path: str
) -> None:
    address = f"{visitor.url}/api/v1{path}"
    async with visitor.http.request(method, address, json={"name": "A"}, headers=headers) as response:
        problem = await response.json(content_type="application/problem+json")
    assert (response.status, problem["code"]) == (403, "unauthorized_command")
    assert "--origin" in problem["detail"]
    assert problem["detail"].count(".") == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
async def test_every_name_of_this_machine_is_welcome(visitor: Visitor, host: str) -> None:
    place = f"{host}:{visitor.url.rsplit(':', 1)[1]}"
    headers = {"Host": place, "Origin": f"http://{place}"}
    async with visitor.http.post(f"{visitor.url}/api/v1/rooms", json={"name": "A"}, headers=headers) as response:
        assert response.status == 201


async def test_an_origin_it_was_told_of_is_welcome(tmp_path: Path, http: Any) -> None:
    server = await ServerProcess.start(tmp_path, "--origin", "https://film.example")
    headers = {"Host": "film.example", "Origin": "https://film.example"}
    try:
        async with http.post(f"{server.url}/api/v1/rooms", json={"name": "A"}, headers=headers) as response:
            assert response.status == 201
        async with http.ws_connect(f"{server.url}/api/v1/socket", headers=headers) as socket:
            assert not socket.closed
    finally:
        await server.kill()


async def test_a_full_room_is_full(visitor: Visitor) -> None:
    invitation, _ = await visitor.make_room()
    for number in range(99):
        last = proof(await visitor.join(invitation, f"Guest {number}"))
    body = {"name": "One more", "link_secret": invitation.link_secret}
    status, problem = await visitor.call("POST", f"/rooms/{invitation.code}/join", body)
    assert (status, problem["code"]) == (409, "room_full")
    _, card = await visitor.call("GET", f"/rooms/{invitation.code}")
    assert card["full"]
    await visitor.call("DELETE", f"/rooms/{invitation.code}/members/me", last)
    _, card = await visitor.call("GET", f"/rooms/{invitation.code}")
    assert not card["full"]


async def test_the_host_alone_ends_the_room(visitor: Visitor) -> None:
    invitation, host, ada = await visitor.host()
    guest, ben = await visitor.guest(invitation)
    path = f"/rooms/{invitation.code}/end"
    for asked in (proof(guest), {**proof(host), "resume_secret": guest.resume_secret}):
        status, problem = await visitor.call("POST", path, asked)
        assert (status, problem["code"]) == (403, "unauthorized_command")
        assert problem["detail"].endswith(".")
    assert await visitor.call("POST", path, proof(host)) == (204, None)
    assert await asyncio.gather(ada.closed_with(), ben.closed_with()) == [4004, 4004]
    for asked in (proof(host), proof(guest)):
        status, problem = await visitor.call("POST", path, asked)
        assert (status, problem["code"]) == (410, "room_ended")


async def test_the_page_comes_with_its_headers(visitor: Visitor) -> None:
    for path in ["/", "/nothing", "/api/v1/health"]:
        async with visitor.http.get(visitor.url + path) as response:
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_files_are_served_as_what_they_are(tmp_path: Path, http: Any) -> None:
    runtime = tmp_path / "site" / "runtime"
    runtime.mkdir(parents=True)
    (runtime / "pyodide.asm.wasm").write_bytes(b"\0asm" + b"w" * 1000)
    (runtime / "pyodide.asm.wasm.br").write_bytes(b"packed")
    (runtime / "boot.mjs").write_text("export {}")
    (tmp_path / "site" / "app.zip").write_bytes(b"PK")
    (tmp_path / "site" / "notes.toml").write_text("")
    (tmp_path / "secret").write_text("no")
    (tmp_path / "site" / "link").symlink_to(tmp_path / "secret")
    server = await ServerProcess.start(tmp_path)
    try:
        await _check_files(server.url, http)
    finally:
        await server.kill()


async def _check_files(url: str, http: Any) -> None:
    for path, content_type, cache in [
        ("/", "text/html", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
        ("/runtime/boot.mjs", "text/javascript", "public, max-age=31536000, immutable"),
        ("/app.zip", "application/zip", "no-cache"),
        ("/notes.toml", "text/plain", "no-cache"),
    ]:
        async with http.get(url + path) as response:
            assert (response.status, response.content_type) == (200, content_type)
            assert response.headers["Cache-Control"] == cache
            etag = response.headers["ETag"]
        async with http.get(url + path, headers={"If-None-Match": etag}) as response:
            assert response.status == 304
    for path in ["/link", "/../secret", "/%2e%2e/secret", "/runtime", "/runtime/", "/runtime/pyodide.asm.wasm.br"]:
        async with http.get(url + path) as response:
            assert response.status == 404, path
    headers = {"Accept-Encoding": "gzip"}
    async with http.get(f"{url}/runtime/pyodide.asm.wasm", headers=headers) as response:
        assert (response.headers["Content-Type"], response.content_length) == ("application/wasm", 1004)
    headers = {"Accept-Encoding": "br"}
    async with http.head(f"{url}/runtime/pyodide.asm.wasm", headers=headers) as response:
        assert (response.headers["Content-Encoding"], response.content_length) == ("br", 6)
        assert response.headers["Content-Type"] == "application/wasm"
