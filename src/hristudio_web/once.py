"""What a page shows once: kept, sealed, in the browser's cookie from the form to the page after it.

A page that answered the form itself would make another token, or make printed recovery
codes worthless, when it is loaded again.
"""

from flask import current_app, session

from hristudio_web.errors import SealBroken
from hristudio_web.sealing import Seal

PURPOSE = "shown once"
SOON_S = 60


def keep(name: str, secret: str) -> None:
    """Keep a secret for the next page of this browser."""
    session[name] = _seal().close(secret)


def take(name: str) -> str:
    """Give what was kept a moment ago, this once; empty where there is nothing."""
    try:
        return _seal().open(str(session.pop(name, "")), SOON_S)
    except SealBroken:
        return ""


def _seal() -> Seal:
    return Seal(current_app.config["SECRET_KEY"], PURPOSE)
