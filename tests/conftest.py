import pytest

from tests.servers.ros import reserve_domain

pytest_plugins = ["tests.servers.postgres"]


def pytest_configure(config: pytest.Config) -> None:
    # Before anything imports rclpy: the domain is read once, when a context starts.
    config.stash[pytest.StashKey()] = reserve_domain()
