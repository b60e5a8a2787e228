"""The drill: bring the latest backup back where nothing is, and prove that it serves.

A PostgreSQL of its own and a store of its own are started in a scratch folder, so the
drill can be run at any time beside the working ones, and shows what a new machine would take.
"""

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from hristudio_core.backup.errors import BackupDamaged
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.proof import prove_database, prove_files, prove_recordings
from hristudio_core.backup.recordings import bring_back
from hristudio_core.backup.report import RPO_S, RTO_S, Check, DrillReport
from hristudio_core.backup.restore import restore
from hristudio_core.backup.scope import EVERYTHING, SERVICES, Scope
from hristudio_core.backup.shelf import Shelf
from hristudio_core.media import FolderMedia, Tickets
from hristudio_core.ops.folder import DataFolder
from hristudio_core.store.embedded import Embedded

BY_HAND = "by hand"
_RANDOM_BYTES = 32


def drill(
    shelf: Shelf,
    manifest: Manifest,
    *,
    identity: str = "",
    scope: Scope = EVERYTHING,
    occasion: str = BY_HAND,
    tell: Callable[[str], None] = lambda _: None,
) -> DrillReport:
    """Bring a backup back into a scratch database, folder and store, and look at all of it.

    Args:
        shelf: Where it lies.
        manifest: Of the backup.
        identity: Secret key of an encrypted one.
        scope: What to bring back; the database always is.
        occasion: Why, for the report.
        tell: Called with each step.

    Raises:
        BackupDamaged, BackupLocked: See `verify`.
        EmbeddedFault, ProgramMissing: No scratch database can be started.
    """
    began, began_at = time.monotonic(), datetime.now(timezone.utc)
    checks: list[Check] = []
    with _scratch(tell) as (data, server):
        restore(
            shelf, manifest, server.owner_url, data,
            identity=identity, scope=scope - {"recordings"} | {"database"}, tell=tell,
        )  # fmt: skip
        recovery_s = time.monotonic() - began
        recordings = None
        if "recordings" in scope:
            tell(f"{len(manifest.recordings)} recordings")
            recordings = FolderMedia(data.media, Tickets(secrets.token_bytes(_RANDOM_BYTES)))
            # The proof names each that is missing.
            with suppress(BackupDamaged):
                bring_back(shelf, manifest, recordings, identity)
        whole_s = time.monotonic() - began
        tell("proving counts, hashes and chains")
        found, chains = prove_database(server, manifest)
        checks += found
        if "files" in scope:
            checks += prove_files(data)
        if recordings is not None:
            checks += prove_recordings(recordings, manifest)
    problems = [problem for check in checks for problem in check.problems]
    age_s = (began_at - manifest.created_at).total_seconds()
    problems += _late(recovery_s, age_s)
    kept = recordings is not None
    return DrillReport(
        occasion=occasion, began_at=began_at, backup=manifest.id,
        scope=tuple(one for one in SERVICES if one in scope or one == "database"),
        recovery_s=round(recovery_s, 2), whole_s=round(whole_s, 2), age_s=round(age_s, 1),
        trials=manifest.counts.get("trial", 0), events=manifest.counts.get("trial_event", 0), chains=chains,
        recordings=len(manifest.recordings) if kept else 0, recorded=manifest.recorded if kept else 0,
        checks=tuple(checks), problems=(*problems, *manifest.problems),
    )  # fmt: skip


@contextmanager
def _scratch(tell: Callable[[str], None]) -> Iterator[tuple[DataFolder, Embedded]]:
    """Start a database in a folder of its own; leave nothing of either."""
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
            yield data, server
        finally:
            server.stop()
    finally:
        if cluster is not None:
            shutil.rmtree(cluster if scratch in cluster.parents else cluster.parent, ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)


def _late(recovery_s: float, age_s: float) -> Iterator[str]:
    if recovery_s > RTO_S:
        yield f"recovery took {recovery_s:.0f} s, more than {RTO_S:.0f} s"
    if age_s > RPO_S:
        hours = age_s / 3600
        yield f"the data are {hours:.1f} hours old, more than one: make backups more often"
