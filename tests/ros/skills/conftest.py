from collections.abc import Iterator

import pytest

from tests.servers.robot import RobotRig


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RobotRig]:
    with RobotRig(tmp_path_factory.mktemp("data")) as rig:
        yield rig


@pytest.fixture
def rig(shared: RobotRig) -> Iterator[RobotRig]:
    """A robot at rest and free to move; the processes are shared by a module's tests."""
    yield shared
    if shared.statuses[-1].stopped:
        shared.release("between tests")
    shared.observer.until(lambda: not shared.statuses[-1].running and not shared.statuses[-1].stopped)
