from hristudio_web.health.checks import Checks
from hristudio_web.health.finding import Finding, Status
from hristudio_web.health.health import LIMIT_S, Health
from hristudio_web.health.probe import Probe

__all__ = ["LIMIT_S", "Checks", "Finding", "Health", "Probe", "Status"]
