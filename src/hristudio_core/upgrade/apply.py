"""An upgrade, step by step. Each step may be done again, whether it was done, half done or not begun.

The new release is installed first, beside what serves: that takes longest, and nobody notices it. Then the
doors are closed, and only then the backup is taken, so that a way back loses nothing that people have done.
Until `migrate` nothing is otherwise than before; what fails until then opens the doors again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from hristudio_core.store.running import RunningTrial, running_trials
from hristudio_core.upgrade.errors import StepFailed, UpgradeStopped
from hristudio_core.upgrade.hands import Hands
from hristudio_core.upgrade.plan import STEPS
from hristudio_core.upgrade.record import UPGRADED, Ledger, Record
from hristudio_core.upgrade.releases import Release, named
from hristudio_core.upgrade.target import SCRIPT, opened

QUIET_S = 5.0
"""A robot host knows of the maintenance within two seconds, and the database of a trial within one more."""
LOOK_S = 0.5
TELL_S = 60.0


@dataclass(frozen=True)
class Stage:
    """What steps work with, forth and back.

    Attributes:
        root: Folder of the releases.
        script: deploy/release.py of the program that runs now.
        python: Of the program that runs now.
        url: The database, as its owner reaches it.
        hands: Run the commands.
        tell: Says what is being done.
    """

    root: Path
    script: Path
    python: Path
    url: str
    hands: Hands
    tell: Callable[[str], None]

    def release(self, name: str) -> Release:
        """Give a whole release.

        Raises:
            StepFailed: There is none of that name.
        """
        found = named(self.root, name)
        if found is None:
            raise StepFailed(f"there is no whole release {name} in {self.root}: was it removed?")
        return found

    def announce(self, record: Record, message: str) -> None:
        """Turn the maintenance mode on."""
        given = record.choices.message or message
        self.hands.verb(self.python, "maintenance", "on", "--message", given)

    def reopen(self) -> None:
        """Turn it off."""
        self.hands.verb(self.python, "maintenance", "off")

    def wait_until_idle(self, limit_s: float) -> None:
        """Wait until no trial has run for a moment.

        Raises:
            StepFailed: Some run still after ``limit_s``.
        """
        began_s = told_s = quiet_s = time.monotonic()
        while True:
            now_s, running = time.monotonic(), running_trials(self.url)
            if running:
                quiet_s = now_s
                if now_s - began_s >= limit_s:
                    raise StepFailed(f"trials run still: {names(running)}")
                if now_s - told_s >= TELL_S or told_s == began_s:
                    self.tell(f"waiting for the end of {names(running)}")
                    told_s = now_s
            elif now_s - quiet_s >= QUIET_S:
                return
            time.sleep(LOOK_S)

    def activate(self, name: str) -> None:
        """Point to a release."""
        self.hands.release(self.script, "activate", name)

    def check(self, record: Record, release: Release, *, ahead: bool) -> None:
        """Prove that the site is fit; ``ahead``: the schema is a newer one than the release's.

        Raises:
            StepFailed: It is not.
        """
        choices = record.choices
        words = ["deploy", "check"]
        words += ["--url", choices.url] if choices.url else []
        words += ["--ca", choices.authority] if choices.authority else []
        found = self.hands.told(release.python, *words, also=(1,))["findings"]
        wrong = [
            one
            for one in found
            if one["verdict"] == "problem" and not (ahead and one["check"] == "migrations")
        ]
        if wrong:
            raise StepFailed("; ".join(f"{one['check']}: {one['found']} ({one['remedy']})" for one in wrong))


class Apply:
    """An upgrade that is begun, or gone on with."""

    def __init__(self, stage: Stage, ledger: Ledger) -> None:
        self._stage = stage
        self._ledger = ledger

    def run(self, record: Record) -> Record:
        """Do what is not done yet.

        Raises:
            UpgradeStopped: A step failed.
        """
        for step in STEPS:
            if step in record.done:
                continue
            self._stage.tell(
                f"{step}: {STEPS[step].format(release=record.release, migrations=len(record.migrations))}"
            )
            record = self._ledger.save(structs.replace(record, doing=step, failure=""))
            try:
                record = getattr(self, f"_{step}")(record)
            except StepFailed as error:
                raise self._stopped(record, step, str(error)) from error
            except KeyboardInterrupt as error:
                # Whoever tires of waiting leaves no closed doors behind.
                raise self._stopped(record, step, "interrupted") from error
            record = self._ledger.save(structs.replace(record, done=(*record.done, step), doing=""))
        return self._ledger.save(structs.replace(record, outcome=UPGRADED))

    def _stopped(self, record: Record, step: str, told: str) -> UpgradeStopped:
        if record.touched:
            self._ledger.save(structs.replace(record, failure=told))
            advice = (
                "The maintenance mode stays on. Mend it and `hristudio upgrade apply --continue`, "
                "or go back: `hristudio upgrade rollback`"
            )
            return UpgradeStopped(step, told, advice)
        # The doors are to be closed anew when it is gone on with.
        done = tuple(one for one in record.done if one == "install")
        self._ledger.save(structs.replace(record, done=done, doing="", failure=told))
        advice = "Nothing was changed, and people work on. `hristudio upgrade apply --continue` goes on."
        if step not in {"install", "announce"}:
            try:
                self._stage.reopen()
            except StepFailed as error:
                advice = (
                    f"Nothing was changed, but the maintenance mode is on still ({error}): "
                    "`hristudio maintenance off`"
                )
        return UpgradeStopped(step, told, advice)

    def _install(self, record: Record) -> Record:
        if named(self._stage.root, record.release) is None:
            with opened(Path(record.source)) as target:
                self._stage.hands.release(
                    target.folder / SCRIPT, "install", "--source", target.folder, "--name", record.release
                )
        if record.choices.when_idle:
            self._stage.wait_until_idle(record.choices.wait_s)
        return record

    def _announce(self, record: Record) -> Record:
        self._stage.announce(record, f"Upgrade to {record.version}")
        return record

    def _idle(self, record: Record) -> Record:
        self._stage.wait_until_idle(record.choices.wait_s)
        return record

    def _backup(self, record: Record) -> Record:
        # 1: it was made, but without a recording that is damaged where it lies.
        made = self._stage.hands.told(self._stage.python, "backup", "create", also=(1,))
        self._stage.tell(f"backup {made['id']} in {made['place']}")
        return structs.replace(record, backup=made["id"])

    def _migrate(self, record: Record) -> Record:
        release = self._stage.release(record.release)
        self._stage.hands.verb(release.python, "db", "migrate", "--no-backup")
        return record

    def _activate(self, record: Record) -> Record:
        self._stage.activate(record.release)
        return record

    def _restart(self, record: Record) -> Record:
        release = self._stage.release(record.release)
        self._stage.hands.restart(record.choices.restart, release, self._stage.tell)
        return record

    def _check(self, record: Record) -> Record:
        self._stage.check(record, self._stage.release(record.release), ahead=False)
        return record

    def _reopen(self, record: Record) -> Record:
        self._stage.reopen()
        return record


def names(running: list[RunningTrial]) -> str:
    """Name trials for people."""
    told = [
        f"{one.protocol or one.id} on {one.host} since {one.started_at.astimezone():%H:%M}" for one in running
    ]
    return ", ".join(told[:5]) + (f" and {len(told) - 5} more" if len(told) > 5 else "")
