"""What PostgreSQL has does not stay in the journal for ever."""

import msgspec

from hristudio_core.journal import SqliteJournal
from hristudio_core.ops.folder import DataFolder
from tests.servers.drafts import ended, new_trial, started
from tests.servers.trial import TrialRig

NAMESPACE = "/prune"


def test_old_trials_that_were_shipped_leave_the_journal(tmp_path):
    kept, shipped = new_trial(), new_trial()
    path = DataFolder(tmp_path).journal(NAMESPACE)
    writer = SqliteJournal.writer(path)
    old = [msgspec.structs.replace(draft, wall_ns=10**18) for draft in (started(), ended(1))]
    writer.append(shipped, old)
    writer.mark_shipped(writer.unshipped(10).cursor)
    writer.append(kept, [msgspec.structs.replace(draft, id=new_trial()) for draft in old])
    writer.close()
    with TrialRig(tmp_path, namespace=NAMESPACE) as rig:
        assert not rig.fetch(trial_id=shipped).found
        assert rig.fetch(trial_id=kept).last_seq == 2
