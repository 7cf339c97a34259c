"""The table of files."""

from pathlib import Path

import pytest

from signalling.static import ALWAYS_ASK, FOR_EVER, table


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ["index.html", "index.html.br", "app/x.bin", "runtime/pyodide.asm.wasm", "runtime/a.wasm.gz"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    (tmp_path / "link.html").symlink_to(tmp_path / "index.html")
    return tmp_path


def test_exactly_what_is_there(site: Path) -> None:
    assert set(table(site)) == {"/", "/index.html", "/app/x.bin", "/runtime/pyodide.asm.wasm", "/runtime/a.wasm.gz"}


def test_types_and_caching(site: Path) -> None:
    files = table(site)
    assert files["/"] == files["/index.html"]
    assert (files["/"].content_type, files["/"].cache_control) == ("text/html; charset=utf-8", ALWAYS_ASK)
    assert files["/app/x.bin"].content_type == "application/octet-stream"
    wasm = files["/runtime/pyodide.asm.wasm"]
    assert (wasm.content_type, wasm.cache_control) == ("application/wasm", FOR_EVER)


def test_an_empty_site_is_an_empty_table(tmp_path: Path) -> None:
    assert table(tmp_path) == {}
    assert table(tmp_path / "missing") == {}
