"""Which web pages may connect: a page's script cannot choose the Origin header it sends."""

from urllib.parse import urlsplit


def allowed(origin: str | None, host: str | None, accepted: tuple[str, ...]) -> bool:
    """Tell whether an Origin header may connect.

    None (no browser) may; a page served from the same host name may, whatever its port; others only
    where `accepted` names them, or holds `*`.
    """
    if origin is None or "*" in accepted or origin in accepted:
        return True
    here = urlsplit(f"//{host}").hostname if host else None
    there = urlsplit(origin).hostname
    return there is not None and there == here
