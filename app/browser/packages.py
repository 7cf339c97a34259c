"""Python packages that come through micropip from our own origin when they are first needed.

The lock file beside the interpreter names them with their hashes, so nothing is asked of anybody else.
"""

import asyncio
from importlib import import_module
from typing import Any

from app.browser.library import library

ARRIVES_WITHIN_S = 20.0


async def package(name: str) -> Any:
    """The package's module. Raises whatever goes wrong in a network, a server or a browser, and TimeoutError when they
    say nothing: whoever waits for a package holds up others. What is under way may still arrive for the next who asks.
    """
    return await asyncio.wait_for(_install(name), ARRIVES_WITHIN_S)


async def _install(name: str) -> Any:
    import pyodide_js

    await library.arrival()
    await pyodide_js.loadPackage("micropip")
    import micropip

    await micropip.install(name)
    return import_module(name.replace("-", "_"))
