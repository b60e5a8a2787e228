"""Who may do what."""

from hristudio_bridge.access.globs import Globs
from hristudio_bridge.access.policy import Policy, Rights, read_roles
from hristudio_bridge.access.tokens import ANONYMOUS, UNCHECKED, Identity, TokenCheck

__all__ = ["ANONYMOUS", "UNCHECKED", "Globs", "Identity", "Policy", "Rights", "TokenCheck", "read_roles"]
