"""Whether ROS nodes find each other, and whether this shell looks where they are."""

import os
import time
from typing import Any

from hristudio_core.cli._robots import look_where
from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.lock import running_record
from hristudio_core.ops.plan import DISCOVERY
from hristudio_core.ops.record import StackRecord
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.stack import ros_namespace

CHECK = "ROS discovery"
PATIENCE_S = 5.0
NO_NODES = frozenset({"web", "database"})
"""Processes that are no nodes."""
REMEDY = (
    f"let UDP from port 7400 on through the firewall; {DISCOVERY}, ROS_DOMAIN_ID, RMW_IMPLEMENTATION "
    "and the DDS profile must be the same for all"
)


def check_discovery(settings: Settings) -> Finding:
    """Do the nodes that run here see each other? Where none run: would two of them?"""
    try:
        from hristudio_core.nodes import remote  # noqa: PLC0415 - whoever asks may have no ROS yet
    except ImportError as error:
        return Finding(CHECK, Verdict.WARNING, f"not looked at: {error}", "mend ROS 2 first")
    record = running_record(settings.folder)
    return _would_meet(remote, settings) if record is None else _are_seen(remote, record)


def _are_seen(remote: Any, record: StackRecord) -> Finding:
    look_where(record)
    wanted = {one.name for one in record.processes if one.state == "running"} - NO_NODES
    missing = wanted - remote.find_nodes(ros_namespace(record.namespace), record.domain, wanted, PATIENCE_S)
    where = f"in ROS domain {record.domain}"
    if missing:
        names = ", ".join(sorted(missing))
        return Finding(CHECK, Verdict.PROBLEM, f"{names} run and are not seen {where}", REMEDY)
    here = os.environ.get("ROS_DOMAIN_ID") or "0"
    if here != str(record.domain):
        found = f"{len(wanted)} nodes are seen {where}; tools of this shell look in domain {here}"
        return Finding(CHECK, Verdict.WARNING, found, f"export ROS_DOMAIN_ID={record.domain}")
    return Finding(CHECK, Verdict.OK, f"{len(wanted)} nodes are seen {where}")


def _would_meet(remote: Any, settings: Settings) -> Finding:
    domain = settings.core.domain
    began = time.monotonic()
    if not remote.meet(domain, PATIENCE_S):
        found = f"two nodes in ROS domain {domain} do not find each other within {PATIENCE_S:g} s"
        return Finding(CHECK, Verdict.PROBLEM, found, REMEDY)
    took_ms = (time.monotonic() - began) * 1e3
    return Finding(
        CHECK, Verdict.OK, f"two nodes in ROS domain {domain} found each other in {took_ms:.0f} ms"
    )
