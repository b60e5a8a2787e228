"""The notice of a maintenance, which every open page asks for."""

from datetime import datetime, timezone

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

from hristudio_web.guard import public
from hristudio_web.parts import parts

blueprint = Blueprint("notice", __name__)


@blueprint.get("/notice")
@public
def show() -> ResponseReturnValue:
    """Say whether there is or will be a maintenance; neither database nor session is asked."""
    return jsonify(_told())


def _told() -> dict[str, str]:
    notice, now = parts().notices.notice, datetime.now(timezone.utc)
    if notice is None:
        return {"phase": "", "title": "", "words": ""}
    return {"phase": notice.phase(now).value, "title": notice.title(now), "words": notice.words(now)}


def add_notice(app: Flask) -> None:
    """Have each page begin with the notice that there is when it is made."""
    app.context_processor(lambda: {"notice": _told()})
