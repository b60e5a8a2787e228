"""The drill: bring the latest backup back where nothing is, and prove that it serves.

A PostgreSQL of its own is started in a scratch folder, so the drill can be run at any time
beside the working one, and shows what a new machine would take.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from msgspec import Struct

from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.restore import restore
from hristudio_core.backup.shelf import Shelf
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store import snapshot as stored
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.embedded import Embedded
from hristudio_core.store.migrate import problems as schema_problems
from hristudio_core.store.trials import PostgresTrials

RTO_S = 4 * 3600.0
RPO_S = 3600.0


class DrillReport(Struct, frozen=True, kw_only=True):
    """What a drill found.

    Attributes:
        backup: Which one was brought back.
        recovery_s: How long it took until the database served; asked for: at most four hours.
        age_s: How old its data are; asked for: at most an hour.
        trials, events: How many were brought back.
        chains: Trials whose chain of events was proved.
        problems: What is not as it should be; empty when all is well.
    """

    backup: str
    recovery_s: float
    age_s: float
    trials: int
    events: int
    chains: int
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was found whole, in time and young enough."""
        return not self.problems


def drill(
    shelf: Shelf, manifest: Manifest, *, identity: str = "", tell: Callable[[str], None] = lambda _: None
) -> DrillReport:
    """Bring a backup back into a scratch database and folder, and look at all of it.

    Raises:
        BackupDamaged, BackupLocked: See `verify`.
        EmbeddedFault, ProgramMissing: No scratch database can be started.
    """
    began = time.monotonic()
    scratch = Path(tempfile.mkdtemp(prefix="hristudio-drill-"))
    # PostgreSQL's own user has to pass through it.
    scratch.chmod(0o755)
    data = DataFolder(scratch / "data")
    data.prepare()
    cluster = None
    try:
        tell("starting a scratch database")
        server = Embedded.start(data.root)
        try:
            cluster = data.postgres.resolve()
            restore(shelf, manifest, server.owner_url, data, identity=identity, tell=tell)
            recovery_s = time.monotonic() - began
            tell("proving counts, hashes and chains")
            chains, found = _inspect(server, manifest)
        finally:
            server.stop()
    finally:
        if cluster is not None:
            shutil.rmtree(cluster if scratch in cluster.parents else cluster.parent, ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)
    age_s = (datetime.now(timezone.utc) - manifest.created_at).total_seconds()
    if recovery_s > RTO_S:
        found.append(f"recovery took {recovery_s:.0f} s, more than {RTO_S:.0f} s")
    if age_s > RPO_S:
        hours = age_s / 3600
        found.append(f"the data are {hours:.1f} hours old, more than one: make backups more often")
    return DrillReport(
        backup=manifest.id, recovery_s=round(recovery_s, 2), age_s=round(age_s, 1),
        trials=manifest.counts.get("trial", 0), events=manifest.counts.get("trial_event", 0),
        chains=chains, problems=tuple(found),
    )  # fmt: skip


def _inspect(server: Embedded, manifest: Manifest) -> tuple[int, list[str]]:
    found = list(schema_problems(server.owner_url))
    with stored.snapshot(server.owner_url) as held:
        for table, wanted in manifest.counts.items():
            if held.counts.get(table) != wanted:
                found.append(f"{table} has {held.counts.get(table)} rows instead of {wanted}")
        found += [
            f"trial {trial} ends elsewhere than when it was kept"
            for trial, head in manifest.heads.items()
            if held.heads.get(trial) != head
        ]
    database = Database.open(DatabaseSettings(server.url, name="hristudio-drill"))
    try:
        trials, chains = PostgresTrials(database), 0
        PostgresAccounts(database).all()
        trials.page()
        for trial in manifest.heads:
            broken = trials.verify(trial)
            chains += not broken
            found += [f"trial {trial}: {problem.message}" for problem in broken[:3]]
    finally:
        database.close()
    return chains, found
