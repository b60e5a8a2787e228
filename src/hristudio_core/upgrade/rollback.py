"""The way back from an upgrade, at its end or half done, step by step; each step may be done again."""

from pathlib import Path

from msgspec import structs

from hristudio_core.upgrade.apply import Stage
from hristudio_core.upgrade.errors import StepFailed, UpgradeRefused, UpgradeStopped
from hristudio_core.upgrade.record import BACK, GIVEN_UP, Ledger, Record
from hristudio_core.upgrade.releases import current, named

BACK_STEPS = {
    "announce": "maintenance mode on",
    "idle": "wait until the trials that run have ended",
    "restore": "bring back the database as it was before the upgrade",
    "activate": "point to the former release",
    "restart": "have the dashboard's processes replaced, wait until the former ones serve",
    "check": "`hristudio deploy check` by the former program",
    "reopen": "maintenance mode off",
}
RESTORING = frozenset({"idle", "restore"})
"""Done only where the former release cannot go on with the newer schema."""


def can_go_back(root: Path, record: Record | None) -> Record:
    """Give the upgrade that can be taken back.

    Raises:
        UpgradeRefused: There is none.
    """
    if record is None or record.outcome in {BACK, GIVEN_UP}:
        raise UpgradeRefused("there is no upgrade to take back")
    if named(root, record.former) is None:
        raise UpgradeRefused(
            f"the release {record.former}, which served before, is no more: install it again"
        )
    serving = current(root)
    if serving and serving.name not in {record.release, record.former}:
        raise UpgradeRefused(
            f"{serving.name} serves, which is neither {record.release} nor {record.former}: "
            "somebody has switched since; `deploy/release.py` goes from there"
        )
    if record.needs_restore and not record.backup:
        raise UpgradeRefused(
            f"the upgrade to {record.release} has changed the database, and no backup of before is known: "
            "`hristudio backup list`"
        )
    return record


class Rollback:
    """The way back, begun or gone on with."""

    def __init__(self, stage: Stage, ledger: Ledger) -> None:
        self._stage = stage
        self._ledger = ledger

    def run(self, record: Record) -> Record:
        """Do what is not done yet.

        Raises:
            UpgradeStopped: A step failed.
        """
        if not record.touched:
            return self._give_up(record)
        record = self._ledger.save(structs.replace(record, undoing=True, outcome=""))
        for step, words in BACK_STEPS.items():
            if step in record.undone or (step in RESTORING and not record.needs_restore):
                continue
            self._stage.tell(f"{step}: {words}")
            record = self._ledger.save(structs.replace(record, doing=step, failure=""))
            try:
                getattr(self, f"_{step}")(record)
            except StepFailed as error:
                self._ledger.save(structs.replace(record, failure=str(error)))
                advice = "The maintenance mode stays on. Mend it and `hristudio upgrade rollback` goes on."
                raise UpgradeStopped(step, str(error), advice) from error
            record = self._ledger.save(structs.replace(record, undone=(*record.undone, step), doing=""))
        return self._ledger.save(structs.replace(record, outcome=BACK))

    def _give_up(self, record: Record) -> Record:
        """Nothing was changed yet, but the doors may be closed."""
        try:
            self._stage.reopen()
        except StepFailed as error:
            raise UpgradeStopped(
                "reopen", str(error), "`hristudio maintenance off` opens the doors"
            ) from error
        return self._ledger.save(structs.replace(record, doing="", outcome=GIVEN_UP))

    def _announce(self, record: Record) -> None:
        self._stage.announce(record, f"Back to {record.former_version}")

    def _idle(self, record: Record) -> None:
        self._stage.wait_until_idle(record.choices.wait_s)

    def _restore(self, record: Record) -> None:
        # The former program: it makes the schema that it needs, and no newer one.
        former = self._stage.release(record.former)
        words = ("backup", "restore", record.backup, "--force", "--only", "database")
        self._stage.hands.verb(former.python, *words)

    def _activate(self, record: Record) -> None:
        self._stage.activate(record.former)

    def _restart(self, record: Record) -> None:
        former = self._stage.release(record.former)
        self._stage.hands.restart(record.choices.restart, former, self._stage.tell)

    def _check(self, record: Record) -> None:
        ahead = bool(record.migrations) and not record.needs_restore
        self._stage.check(record, self._stage.release(record.former), ahead=ahead)

    def _reopen(self, record: Record) -> None:
        del record
        self._stage.reopen()
