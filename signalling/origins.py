"""Which pages may talk to this server: its own, and those it was told of.

The `Host` header is the client's word. A name somebody else points at this machine arrives there too (DNS
rebinding), so a host makes an origin ours only if it cannot be such a name, or is the one we were started with.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origins:
    """`host` is the one that was configured, `told` are origins in lower case allowed besides our own."""

    host: str
    told: tuple[str, ...] = ()

    def know(self, origin: str, scheme: str, asked: str, port: int | None) -> bool:
        """Whether `origin` may ask. `asked` is the Host header, `port` the one we listen on."""
        named = origin.lower()
        return named in self.told or (named == f"{scheme}://{asked}".lower() and self._is_ours(scheme, asked, port))

    def _is_ours(self, scheme: str, asked: str, port: int | None) -> bool:
        try:
            parts = urlsplit(f"//{asked}")
            name, asked_port = parts.hostname or "", parts.port or _USUAL_PORTS.get(scheme)
        except ValueError:
            return False
        return is_loopback(name) or (name != "" and name == self.host.lower() and asked_port == port)


def is_loopback(name: str) -> bool:
    """Whether a host, by name or address, is this machine itself."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
