"""Pages that say what went wrong and what to do."""

from http import HTTPStatus

from flask import render_template
from flask.typing import ResponseReturnValue


def failure_page(status: int, words: str) -> ResponseReturnValue:
    """Say why there is no such page."""
    title = HTTPStatus(status).phrase.capitalize()
    return render_template("failure.html", status=status, title=title, words=words), status


def signed_out_page() -> ResponseReturnValue:
    """Say how to sign in."""
    return render_template("signed_out.html"), 401
