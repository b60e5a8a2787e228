"""The shipping thread, while what it needs is away."""

import time

import pytest
from rclpy.logging import get_logger

from hristudio_core.conduct import FrozenProtocols
from hristudio_core.journal import SqliteJournal
from hristudio_core.nodes.logger.shipping import LOOK_AGAIN_S, ShippingThread
from hristudio_core.protocol import load
from hristudio_core.store import LAB_BENCH, DatabaseSettings, PostgresProtocols
from tests.servers.drafts import draft, new_trial, started
from tests.servers.processes import ROOT
from tests.servers.waiting import until


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "journal.sqlite"
    writer = SqliteJournal.writer(path)
    writer.append(new_trial(), [started(), draft(number=1)])
    writer.close()
    return path


def test_news_of_events_bring_no_storm_of_tries_while_there_is_no_database(tmp_path, path):
    asked = []
    thread = ShippingThread(
        lambda: SqliteJournal.reader(path),
        lambda: asked.append(time.monotonic()),
        FrozenProtocols(tmp_path),
        tmp_path / "run",
        get_logger("test"),
    )
    began = time.monotonic()
    thread.start()
    while len(asked) < 3:
        thread.wake()
    thread.stop()
    assert time.monotonic() - began >= 2 * LOOK_AGAIN_S * 0.9
    assert "no database" in thread.progress.error
    assert (thread.progress.unshipped, thread.progress.connected) == (2, False)


def test_protocols_of_what_was_shipped_before_are_saved_without_new_events(
    tmp_path, path, database, database_url
):
    settings = DatabaseSettings(database_url)
    first = ShippingThread(
        lambda: SqliteJournal.reader(path),
        lambda: settings,
        FrozenProtocols(tmp_path),
        tmp_path / "run",
        get_logger("test"),
    )
    first.start()
    until(lambda: first.progress.shipped == 2, "the events in PostgreSQL")
    first.stop()
    # As if it had died between the events and their protocol.
    FrozenProtocols(tmp_path).keep(load(ROOT / "config/protocols/greeting.yaml").protocol)
    second = ShippingThread(
        lambda: SqliteJournal.reader(path),
        lambda: settings,
        FrozenProtocols(tmp_path),
        tmp_path / "run",
        get_logger("test"),
    )
    second.start()
    until(lambda: PostgresProtocols(database).history(LAB_BENCH, "greeting"), "the protocol")
    second.stop()
