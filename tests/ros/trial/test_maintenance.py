"""During a maintenance no trial begins, by whatever way it is asked for; one that runs goes on to its end."""

from datetime import datetime, timedelta, timezone

import pytest
from action_msgs.msg import GoalStatus

from hristudio_core.notice import Notice
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.notice_file import write_notice
from tests.ros.trial.test_run import TALK
from tests.servers.trial import TrialRig


def for_an_hour() -> Notice:
    now = datetime.now(timezone.utc)
    return Notice(starts_at=now, ends_at=now + timedelta(hours=1), message="Upgrade to 1.2")


@pytest.fixture
def set_notice(rig: TrialRig):
    run = DataFolder(rig.data).run
    yield lambda notice: write_notice(run, notice)
    write_notice(run, None)


def test_no_trial_begins_and_the_refusal_says_why_and_until_when(rig: TrialRig, set_notice):
    set_notice(for_an_hour())
    refused = rig.run(TALK)
    result = refused.result()
    assert (result.outcome, refused.status()) == ("refused", GoalStatus.STATUS_ABORTED)
    assert result.reason.startswith(
        "maintenance: HRIStudio is being maintained (Upgrade to 1.2) until about "
    )
    # It is known from the disk: no restart and no dead database opens the door.
    rig.kill_manager()
    rig.restart_manager()
    assert rig.run(TALK).result().outcome == "refused"
    set_notice(None)
    rig.run(TALK)
    assert rig.prompt()


def test_one_that_is_only_announced_refuses_nothing(rig: TrialRig, set_notice):
    set_notice(Notice(starts_at=datetime.now(timezone.utc) + timedelta(hours=1)))
    rig.run(TALK)
    assert rig.prompt()


def test_a_trial_that_runs_is_steered_stopped_released_and_ended(rig: TrialRig, set_notice):
    goal = rig.run(TALK)
    rig.seat()
    rig.prompt()
    set_notice(for_an_hour())
    assert rig.control("pause").accepted
    assert rig.control("resume").accepted
    assert rig.annotate("still here").accepted
    assert rig.stop(reason="too close").accepted
    rig.until_phase("stopped")
    assert rig.release("all is well").accepted
    rig.until_phase("paused")
    assert rig.control("resume").accepted
    assert rig.decide("good").accepted
    assert goal.result().outcome == "completed"
    assert rig.run(TALK).result().outcome == "refused"


def test_a_trial_that_is_left_behind_is_taken_up_again(rig: TrialRig, set_notice):
    rig.run(TALK)
    rig.prompt()
    running = rig.state.trial_id
    set_notice(for_an_hour())
    rig.kill_manager()
    rig.restart_manager()
    rig.observer.until(lambda: rig.state.trial_id == running and rig.state.phase != "idle", what="the trial")
