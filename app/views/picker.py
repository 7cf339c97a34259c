"""The dialog in which a person picks a file: the one that gives handles, in browsers that have it.

A handle finds the file again after a reload. Elsewhere the page's own file inputs do, which are as good until then.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Picked:
    """A file that came out of a dialog, as `early.js` tells of one that was dropped."""

    file: Any
    handle: Any = None


class Picker:
    """Opens the dialog; `refused` for good where the browser has it and does not let this page use it."""

    def __init__(self) -> None:
        self._refused = False
        self._asking: asyncio.Task[None] | None = None

    def opens(self, field: Any, choose: Callable[[Sequence[Picked]], None]) -> bool:
        """Ask for what `field`, a file input, takes; False: let the input do it."""
        from js import window

        if self._refused or not hasattr(window, "showOpenFilePicker"):
            return False
        # Asked within the click: later the browser would not open it.
        asked = window.showOpenFilePicker(_options(str(field.accept)))
        self._asking = asyncio.ensure_future(self._take(asked, field, choose))
        return True

    async def _take(self, asked: Any, field: Any, choose: Callable[[Sequence[Picked]], None]) -> None:
        from pyodide.ffi import JsException

        try:
            picked = [Picked(await handle.getFile(), handle) for handle in await asked]
        except JsException as error:
            if getattr(error, "name", "") != "AbortError":  # which is the person's own no
                self._refused = True
                field.click()
            return
        choose(picked)


def _options(accept: str) -> Any:
    """What an input accepts, in the dialog's words: `video/*,.mkv` is the type with its further endings."""
    from js import Object
    from pyodide.ffi import to_js

    kinds = [kind.strip() for kind in accept.split(",") if kind.strip()]
    endings = [kind for kind in kinds if kind.startswith(".")]
    types = {kind: endings for kind in kinds if "/" in kind}
    return to_js({"id": "film", "types": [{"accept": types}]}, dict_converter=Object.fromEntries)
