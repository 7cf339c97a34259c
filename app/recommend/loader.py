"""Fetching a pack by its address: the same lines on the server, from a file, and in the browser, from our own origin.

In the browser `urllib.request` works once pyodide-http has mended it. This is the one pure module that reads anything.
"""

from app.recommend.pack import BadPack, Pack, read

MOST_BYTES = 16 * 1024 * 1024


def load(address: str) -> Pack:
    """The pack at that address, `file:` or `http:`. Raises `BadPack`."""
    # A browser's Python takes a while to import this, and few evenings need it.
    from urllib.request import urlopen

    try:
        with urlopen(address) as answer:  # noqa: S310 - the address is our own
            status, data = getattr(answer, "status", None), answer.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        raise BadPack(f"it cannot be fetched: {error}") from None
    if status not in (None, 200):
        raise BadPack(f"it is not there ({status})")
    return read(data)
