from collections.abc import Iterator

import pytest

from tests.servers.dashboard import TestDashboard


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path_factory.mktemp("data"))
    yield made
    made.close()
