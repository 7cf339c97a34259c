"""Numbers as people read them: sizes, rates, clock times, shares."""

_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(count: float, point: str = ".") -> str:
    """Bytes in decimal units with about three digits: `2.1 GB`, `340 MB`, `12 kB`."""
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count, unit = count / 1000, unit + 1
    digits = 1 if unit >= 2 and count < 99.95 else 0
    return f"{count:.{digits}f} {_UNITS[unit]}".replace(".", point)


def rate(bytes_per_second: float, point: str = ".") -> str:
    """A transfer's speed, never finer than a tenth of a megabyte: `12.3 MB/s`."""
    return f"{bytes_per_second / 1e6:.1f} MB/s".replace(".", point)


def clock(seconds: float) -> str:
    """A position in a film: `2:03`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def share(part: float) -> str:
    """A part of one in whole per cent; 100 only when nothing is missing."""
    whole = 100 if part >= 1 else min(99, int(max(0.0, part) * 100))
    return f"{whole} %"


def halves(second: float) -> tuple[str, str]:
    """Two parts that are one together, in whole per cent: what is left beside `second`, and `second`."""
    whole = round(second * 100)
    return f"{100 - whole} %", f"{whole} %"


def speed(factor: float, point: str = ".") -> str:
    """A playback rate: `1.25×`."""
    return f"{factor:g}×".replace(".", point)
