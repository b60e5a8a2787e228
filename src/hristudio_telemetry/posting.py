"""One HTTP request with something to take, and what became of it."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from hristudio_telemetry.batches import Delivery

PASSING = frozenset({408, 425, 429})
"""Refusals that say: later (RFC 9110, RFC 8470, RFC 6585)."""


@dataclass(frozen=True)
class Answer:
    """What a receiver said; ``why`` it was not taken: a status or the name of an error, never its words."""

    delivery: Delivery
    why: str = ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A POST that is led elsewhere becomes a GET there, which takes nothing and says that all is well."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(url: str, body: bytes, headers: Mapping[str, str], answer_s: float) -> Answer:
    """Send a body by POST, through the proxy that the environment names; see `Answer`.

    Args:
        url: Where to, http or https.
        body: What.
        headers: Its headers.
        answer_s: Silence for so long counts as away, s.
    """
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        request = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310 - by the settings
        with opener.open(request, timeout=answer_s):
            return Answer(Delivery.TAKEN)
    except urllib.error.HTTPError as error:
        error.close()
        refused = 400 <= error.code < 500 and error.code not in PASSING
        return Answer(Delivery.REFUSED if refused else Delivery.AWAY, f"HTTP {error.code}")
    except urllib.error.URLError as error:
        return Answer(Delivery.AWAY, type(error.reason).__name__)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Answer(Delivery.AWAY, type(error).__name__)
