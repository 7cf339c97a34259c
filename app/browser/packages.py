"""Python packages that come through micropip from our own origin when they are first needed.

The lock file beside the interpreter names them with their hashes, so nothing is asked of anybody else.
"""

from importlib import import_module
from typing import Any

from app.browser.library import library


async def package(name: str) -> Any:
    """The package's module. Raises whatever goes wrong in a network, a server or a browser."""
    import pyodide_js

    await library.arrival()
    await pyodide_js.loadPackage("micropip")
    import micropip

    await micropip.install(name)
    return import_module(name.replace("-", "_"))
