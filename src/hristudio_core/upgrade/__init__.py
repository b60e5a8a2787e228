from hristudio_core.upgrade.apply import Apply, Stage, names
from hristudio_core.upgrade.errors import StepFailed, UpgradeError, UpgradeRefused, UpgradeStopped
from hristudio_core.upgrade.hands import Hands
from hristudio_core.upgrade.migrations import Pending, breaking, read_migration
from hristudio_core.upgrade.plan import STEPS, Plan, Room, plan
from hristudio_core.upgrade.record import GIVEN_UP, Choices, Ledger, Record
from hristudio_core.upgrade.releases import ROOT, Release, current, named
from hristudio_core.upgrade.rollback import BACK_STEPS, Rollback, can_go_back
from hristudio_core.upgrade.target import Target, opened
from hristudio_core.upgrade.version import Kind, kind_of

__all__ = [
    "BACK_STEPS",
    "GIVEN_UP",
    "ROOT",
    "STEPS",
    "Apply",
    "Choices",
    "Hands",
    "Kind",
    "Ledger",
    "Pending",
    "Plan",
    "Record",
    "Release",
    "Rollback",
    "Room",
    "Stage",
    "StepFailed",
    "Target",
    "UpgradeError",
    "UpgradeRefused",
    "UpgradeStopped",
    "breaking",
    "can_go_back",
    "current",
    "kind_of",
    "named",
    "names",
    "opened",
    "plan",
    "read_migration",
]
