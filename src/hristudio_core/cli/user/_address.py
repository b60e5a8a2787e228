"""Where a sign-in link leads."""

from hristudio_core.ops.record import read_record
from hristudio_core.ops.settings import Settings

SIGN_IN = "/sign-in/"


def sign_in_url(settings: Settings, given: str, token: str) -> str:
    """Give the link of a token: on the address given, the public one, that of the stack that runs."""
    record = read_record(settings.folder)
    running = record.addresses.get("dashboard", "") if record else ""
    local = f"http://{settings.web.host}:{settings.web.port}"
    address = given or settings.web.public_url or running or local
    return f"{address.rstrip('/')}{SIGN_IN}{token}"
