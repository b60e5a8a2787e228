"""What is looked at where something is wrong: the machine, and the parts that HRIStudio stands on."""

from hristudio_core.ops.doctor import CHECKS as MACHINE
from hristudio_core.ops.doctor import Check
from hristudio_core.support.database import check_connections, check_database
from hristudio_core.support.storage import check_storage

CHECKS: tuple[Check, ...] = (*MACHINE, check_database, check_connections, check_storage)
