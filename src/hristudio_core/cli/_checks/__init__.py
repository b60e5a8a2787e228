"""What `hristudio doctor` looks at: the machine, and the parts that HRIStudio stands on."""

from hristudio_core.cli._checks.database import check_connections, check_database, owner_url
from hristudio_core.cli._checks.discovery import check_discovery
from hristudio_core.cli._checks.personal_key import check_personal_key
from hristudio_core.cli._checks.storage import check_storage
from hristudio_core.ops.doctor import CHECKS, Check

ALL: tuple[Check, ...] = (
    *CHECKS,
    check_discovery,
    check_database,
    check_connections,
    check_storage,
    check_personal_key,
)

__all__ = ["ALL", "owner_url"]
