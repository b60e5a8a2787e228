from collections.abc import Iterator

import pytest

from tests.servers.trial import TrialRig


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialRig]:
    with TrialRig(tmp_path_factory.mktemp("data"), manager={"seat_ttl_s": 3600.0}) as rig:
        yield rig


@pytest.fixture
def rig(shared: TrialRig) -> Iterator[TrialRig]:
    """A robot at rest and no trial; the processes are shared by a module's tests."""
    yield shared
    shared.end_trial()
    if shared.statuses[-1].stopped:
        shared.release("between tests")
    shared.observer.until(lambda: not shared.statuses[-1].running and not shared.statuses[-1].stopped)
