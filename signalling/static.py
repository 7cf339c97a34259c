"""The site's files, from a table made once at start: a path that is not in it does not exist.

aiohttp's `FileResponse` sends them: ETag and 304, ranges, and the `.br` or `.gz` beside a file where the browser
takes it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".py": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".toml": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
ALWAYS_ASK = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"  # its folder's name changes with its content
COMPRESSED = (".br", ".gz")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file to serve and how."""

    path: Path
    content_type: str
    cache_control: str


def table(site: Path) -> dict[str, StaticFile]:
    """Every file below `site` by its exact URL path; `/` is index.html."""
    found = {
        f"/{path.relative_to(site).as_posix()}": _described(path, site)
        for path in sorted(site.rglob("*"))
        if path.is_file() and not path.is_symlink() and not _is_sibling(path)
    }
    return {**found, "/": found["/index.html"]} if "/index.html" in found else found


def serve(files: dict[str, StaticFile]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler for everything that is not the API."""

    async def handler(request: web.Request) -> web.StreamResponse:
        file = files.get(request.path)
        if file is None:
            return web.Response(status=404, text="There is nothing here.\n")
        headers = {"Content-Type": file.content_type, "Cache-Control": file.cache_control}
        return web.FileResponse(file.path, headers=headers)

    return handler


async def shared(_request: web.Request) -> web.StreamResponse:
    """The answer to what a program shares with the page (Web Share Target) before its service worker is there: the
    page, which says that it did not arrive. Nobody reads it here."""
    return web.Response(status=303, headers={"Location": "./?shared"})


def _described(path: Path, site: Path) -> StaticFile:
    content_type = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
    in_runtime = path.relative_to(site).parts[0] == "runtime"
    return StaticFile(path, content_type, FOR_EVER if in_runtime else ALWAYS_ASK)


def _is_sibling(path: Path) -> bool:
    return path.suffix in COMPRESSED and path.with_suffix("").is_file()
