"""What a whole installation has or has not, whoever asks."""

from dataclasses import dataclass

from hristudio_core.ops.settings._values import SWITCH
from hristudio_core.ops.settings._variable import variable


@dataclass(frozen=True)
class FlagSettings:
    """Features: switched for the whole installation; others by study, role and share (`hristudio flag`)."""

    oauth: bool = variable(
        "HRISTUDIO_ENABLE_OAUTH", True, SWITCH, "Offer the sign-in providers that are set up"
    )
    password: bool = variable("HRISTUDIO_ENABLE_PASSWORD", True, SWITCH, "Offer sign-in with a password")
