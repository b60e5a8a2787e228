"""The event logger as a process, between a real journal and a real PostgreSQL."""

import signal
import time
from datetime import datetime, timezone

import msgspec
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from hristudio.msg import LoggerStatus
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState

from hristudio_core.conduct import FrozenProtocols
from hristudio_core.journal import SqliteJournal, verify
from hristudio_core.notice import Notice
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.notice_file import read_notice
from hristudio_core.protocol import from_canonical, load
from hristudio_core.store import (
    LAB_BENCH,
    Database,
    DatabaseSettings,
    PostgresNotices,
    PostgresProtocols,
    PostgresTrials,
)
from tests.servers.drafts import draft, ended, new_trial, started
from tests.servers.observer import LATCHED, Observer
from tests.servers.processes import ROOT, python_module

GREETING = ROOT / "config" / "protocols" / "greeting.yaml"


@pytest.fixture
def journal(tmp_path):
    opened = SqliteJournal.writer(DataFolder(tmp_path).journal(""))
    yield opened
    opened.close()


@pytest.fixture
def observer():
    with Observer() as opened:
        yield opened


def logger(tmp_path, database_url):
    environment = {"HRISTUDIO_DATA": str(tmp_path), "DATABASE_URL": database_url}
    return python_module("hristudio_core.nodes.event_logger", environment=environment)


def rows(database, trial):
    return PostgresTrials(database).events(trial, 1, 1000)


def test_events_reach_postgresql_and_outlive_the_logger(tmp_path, database_url, database, journal, observer):
    trial = new_trial()
    with logger(tmp_path, database_url) as node:
        written = journal.append(trial, [started(), draft(number=1)])
        observer.until(lambda: len(rows(database, trial)) == 2, what="two rows")
        node.end(signal.SIGKILL)
    written += journal.append(trial, [draft(number=2), ended(3)])
    with logger(tmp_path, database_url):
        observer.until(lambda: len(rows(database, trial)) == 4, what="four rows")
    assert rows(database, trial) == written
    assert verify(rows(database, trial)) == []


def test_the_notice_of_a_maintenance_reaches_the_robot_host_and_stays_known(
    tmp_path, database_urls, journal, observer
):
    run, notice = DataFolder(tmp_path).run, Notice(starts_at=datetime.now(timezone.utc), message="Upgrade")
    owner = Database.open(DatabaseSettings(database_urls.owner, max_size=1))
    with logger(tmp_path, database_urls.app) as node:
        PostgresNotices(owner).announce(notice)
        observer.until(lambda: read_notice(run) == notice, what="the notice")
        node.end(signal.SIGKILL)
    assert read_notice(run) == notice
    PostgresNotices(owner).withdraw()
    owner.close()
    with logger(tmp_path, database_urls.app):
        observer.until(lambda: read_notice(run) is None, what="its end")


def test_it_ships_again_after_it_was_deactivated(tmp_path, database_url, database, journal, observer):
    trial = new_trial()
    with logger(tmp_path, database_url):
        observer.until_active("event_logger")
        for number in (Transition.TRANSITION_DEACTIVATE, Transition.TRANSITION_ACTIVATE):
            wanted = Transition(id=number)
            assert observer.call(ChangeState, "event_logger/change_state", transition=wanted).success
        journal.append(trial, [started()])
        observer.until(lambda: rows(database, trial), what="a row")


def test_frozen_protocols_come_along_with_their_trials(tmp_path, database_url, database, journal, observer):
    protocol = load(GREETING).protocol
    digest = FrozenProtocols(DataFolder(tmp_path).protocols / "frozen").keep(protocol)
    trial = new_trial()
    with logger(tmp_path, database_url):
        journal.append(trial, [started(digest=digest)])
        observer.until(lambda: rows(database, trial), what="a row")
        observer.until(lambda: PostgresProtocols(database).history(LAB_BENCH, "greeting"), what="a protocol")
    kept = PostgresProtocols(database).get(LAB_BENCH, "greeting", 1)
    assert kept.digest == digest
    assert from_canonical(kept.canonical.encode()) == protocol


def test_it_tells_how_far_postgresql_is_behind(tmp_path, journal, observer):
    nowhere = "postgresql://nobody:x@127.0.0.1:1/none"
    old = msgspec.structs.replace(started(), wall_ns=time.time_ns() - 60_000_000_000)
    journal.append(new_trial(), [old, draft(number=1)])
    with logger(tmp_path, nowhere):
        heard = observer.listen(LoggerStatus, "logger/status", LATCHED)
        observer.until(lambda: heard and heard[-1].error, what="an error")
        health = observer.listen(DiagnosticArray, "/diagnostics")
        observer.until(
            lambda: any("PostgreSQL" in told.status[0].message for told in health), what="a diagnosis"
        )
    assert heard[-1].unshipped == 2
    assert heard[-1].lag_s >= 60
    assert not heard[-1].connected
