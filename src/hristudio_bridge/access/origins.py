"""Which web pages may connect: a page's script cannot choose the Origin header it sends."""

import ipaddress
import socket
from urllib.parse import urlsplit


def own_names() -> frozenset[str]:
    """Give the names under which this machine is known on its network."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, name.partition(".")[0], f"{name.partition('.')[0]}.local"})


def allowed(origin: str | None, host: str | None, accepted: tuple[str, ...], names: frozenset[str]) -> bool:
    """Tell whether an Origin header may connect.

    None (no browser) may; a page served from the same host may, whatever its port; others only where
    `accepted` names them, or holds `*`. The same host counts by an address or one of this machine's
    `names`: any other name could be a stranger's, who lets it point here once his page is loaded.
    """
    if origin is None or "*" in accepted or origin in accepted:
        return True
    here = urlsplit(f"//{host}").hostname if host else None
    there = urlsplit(origin).hostname
    return there is not None and there == here and (there in names or _is_address(there))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
