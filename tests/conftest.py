import os

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.ros import reserve_domain

pytest_plugins = [
    "tests.servers.browser",
    "tests.servers.identity_provider",
    "tests.servers.mail",
    "tests.servers.object_store",
    "tests.servers.postgres",
]


# A slow machine is no finding.
settings.register_profile(
    "patient",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[*settings.default.suppress_health_check, HealthCheck.too_slow],
)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fault-trials", type=int, default=4, help="trials in which the fault tests kill processes (4)"
    )
    parser.addoption("--storm", type=int, default=1000, help="connections of the bridge's storm test (1000)")
    parser.addoption("--fault-seed", type=int, default=1, help="seed of who is killed when (1)")


def pytest_configure(config: pytest.Config) -> None:
    # Before anything imports rclpy: the domain is read once, when a context starts.
    # A server that runs already has its own, and we join it.
    if "HRISTUDIO_CONFORMANCE_URL" not in os.environ:
        config.stash[pytest.StashKey()] = reserve_domain()
