"""Where a sign-in link leads."""

from hristudio_core.ops.record import read_record
from hristudio_core.ops.settings import Settings

SIGN_IN = "/sign-in/"


def sign_in_url(settings: Settings, given: str, token: str) -> str:
    """Give the link of a token: on the address given, of the stack that runs, or of the settings."""
    record = read_record(settings.folder)
    running = record.addresses.get("dashboard", "") if record else ""
    address = given or running or f"http://{settings.web_host}:{settings.web_port}"
    return f"{address.rstrip('/')}{SIGN_IN}{token}"
