"""Pages that say what went wrong and what to do."""

from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue


def failure_page(status: int, words: str) -> ResponseReturnValue:
    """Say why there is no such page."""
    title = HTTPStatus(status).phrase.capitalize()
    return render_template("failure.html", status=status, title=title, words=words), status


def signed_out_page() -> ResponseReturnValue:
    """Ask somebody to sign in who wants a page."""
    wanted = request.full_path if request.method == "GET" else ""
    return render_template("sign_in.html", given={"next": wanted}, problems={}), 401
