from collections.abc import Iterator

import pytest

from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path_factory.mktemp("data"))
    until(lambda: made.dashboard.relays["default"].status, "the robot is heard")
    yield made
    made.close()
