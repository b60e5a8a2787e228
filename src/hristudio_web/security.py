"""What keeps other people's pages and scripts out: keys, headers, hosts."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response

from hristudio_core.ops.secrets import ensure_one
from hristudio_core.ops.settings import Settings

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in SOURCES.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Sign-in links stand in addresses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT = "max-age=31536000"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def signing_key(settings: Settings) -> bytes:
    """Give the key that signs cookies: the one that is set, else one made once in the data folder."""
    given = settings.web.secret_key
    return given.encode() if given else read_or_make_key(settings.web_key)


def personal_key(settings: Settings) -> bytes:
    """Give the key that opens participants' personal data, found like the one above and apart from it.

    Cookies may get a new key any day; without this one what it has sealed is lost.
    """
    given = settings.web.personal_key
    return given.encode() if given else read_or_make_key(settings.personal_key)


def read_or_make_key(file: Path) -> bytes:
    """Read a secret key, making it first where there is none; nobody else may read it."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ensure_one(file)
    return file.read_bytes()


def add_headers(app: Flask, settings: Settings) -> None:
    """Send the headers above with every answer."""

    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.web.https:
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        if response.mimetype in {"text/html", "application/json"}:
            # Pages hold what one account may see; a shared machine must not keep them.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(add)


def trusted_hosts(settings: Settings) -> list[str]:
    """Host names by which browsers may call: any other is DNS rebinding or a mistake."""
    public = urlsplit(settings.web.public_url).hostname
    named = [] if settings.web.host in {"0.0.0.0", "::"} else [settings.web.host]  # noqa: S104 - compared, not bound
    return list(dict.fromkeys([*LOOPBACK, *named, *([public] if public else [])]))


def origins(settings: Settings) -> list[str] | None:
    """Origins whose pages may open a socket; None: the page's own alone."""
    if not settings.web.public_url:
        return None
    parts = urlsplit(settings.web.public_url)
    return [f"{parts.scheme}://{parts.netloc}"]
