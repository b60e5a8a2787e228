"""What `hristudio doctor` looks at beside machine and parts: what needs ROS, or the key of personal data."""

from hristudio_core.cli._checks.discovery import check_discovery
from hristudio_core.cli._checks.personal_key import check_personal_key
from hristudio_core.ops.doctor import Check
from hristudio_core.support import CHECKS

ALL: tuple[Check, ...] = (*CHECKS, check_discovery, check_personal_key)

__all__ = ["ALL"]
