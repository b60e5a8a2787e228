"""Looks at a running site from outside and at this machine from inside, and says what is weak."""

from dataclasses import dataclass

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security.bridge import bridge
from hristudio_core.ops.security.machine import machine
from hristudio_core.ops.security.pages import pages
from hristudio_core.ops.security.probe import Site, SiteUnreachable
from hristudio_core.ops.security.transport import transport
from hristudio_core.ops.settings import Settings


@dataclass(frozen=True)
class Aim:
    """What is looked at: the dashboard's site and the bridge's address (empty: none)."""

    site: Site
    bridge: str = ""


def audit(settings: Settings, aim: Aim) -> list[Finding]:
    """Check everything; what does not answer is a finding, too. Changes nothing, and asks as a stranger."""
    found: list[Finding] = []
    try:
        # Whether it answers at all, before ten checks say so.
        aim.site.get("/api/live")
        found += transport(aim.site)
        found += pages(aim.site)
    except SiteUnreachable as error:
        remedy = "start it (`hristudio up`, `systemctl start hristudio-web`) or give its address"
        found.append(Finding("site", Verdict.PROBLEM, str(error), remedy))
    if aim.bridge:
        found += bridge(aim.bridge)
    found += machine(settings, aim.site)
    return found
