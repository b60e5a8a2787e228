"""The pool: what it lends, and how PostgreSQL's refusals are told."""

import threading
from collections.abc import Iterator

import psycopg
import pytest

from hristudio_core.store import (
    Database,
    DatabaseRefused,
    DatabaseSettings,
    DatabaseUnavailable,
    Embedded,
    InvalidValue,
    PostgresTrials,
)
from tests.servers.drafts import new_trial
from tests.servers.postgres import DatabaseUrls
from tests.servers.waiting import until


@pytest.fixture
def small(database_url: str) -> Iterator[Database]:
    opened = Database.open(DatabaseSettings(database_url, max_size=1, wait_s=0.2))
    yield opened
    opened.close()


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    insert = "INSERT INTO trial (id, first_at) VALUES (%s, now())"
    with database.transaction() as connection:
        connection.execute(insert, [new_trial()])
    with pytest.raises(InvalidValue), database.transaction() as connection:  # noqa: PT012 - the point of it
        connection.execute(insert, [new_trial()])
        connection.execute(insert, ["no id"])
    assert PostgresTrials(database).totals().trials == 1


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("INSERT INTO trial (id, first_at) VALUES ('x', now())", InvalidValue),
        ("INSERT INTO trial (id) VALUES (gen_random_uuid())", InvalidValue),
        ("SELECT 1 / 0", InvalidValue),
        ("SELECT * FROM nowhere", DatabaseRefused),
        ("SELEC", DatabaseRefused),
        ("DELETE FROM trial_event", DatabaseRefused),
        ("SELECT pg_terminate_backend(pg_backend_pid())", DatabaseUnavailable),
    ],
)
def test_refusals_are_told_apart(database: Database, statement: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught, database.connection() as connection:
        connection.execute(statement.encode())
    assert "\n" not in str(caught.value)
    database.ping()


def test_a_connection_that_was_ended_meanwhile_is_not_lent(
    database: Database, database_urls: DatabaseUrls
) -> None:
    database.ping()
    with psycopg.connect(database_urls.admin, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hristudio_app'"
        )
    database.ping()


def test_nobody_there_says_why() -> None:
    away = Database.open(DatabaseSettings("postgresql://x@127.0.0.1:1/x", wait_s=0.2))
    with pytest.raises(DatabaseUnavailable, match="refused"):
        away.ping()
    away.close()


def test_a_wrong_password_says_so(postgres_server: Embedded) -> None:
    url = f"postgresql://hristudio_app:wrong@127.0.0.1:{postgres_server.port}/hristudio"
    wrong = Database.open(DatabaseSettings(url, wait_s=0.2))
    with pytest.raises(DatabaseUnavailable, match="password authentication failed"):
        wrong.ping()
    wrong.close()


def test_when_all_are_lent_it_is_told_in_time(small: Database) -> None:
    with small.connection(), pytest.raises(DatabaseUnavailable, match="couldn't get a connection"):
        small.ping()
    small.ping()


def test_closed_says_so(database_url: str) -> None:
    database = Database.open(DatabaseSettings(database_url))
    database.close()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        database.ping()


def test_many_threads_share_it(database: Database) -> None:
    failures: list[Exception] = []

    def ask() -> None:
        try:
            for _ in range(20):
                database.ping()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_server_sees_who_it_is(database_url: str) -> None:
    named = Database.open(DatabaseSettings(database_url, name="hristudio-logger"))
    with named.connection() as connection:
        assert connection.execute("SHOW application_name").fetchone() == ("hristudio-logger",)
    named.close()


def test_connections_in_use_are_counted(database: Database) -> None:
    database.ping()
    # Whoever is first has the pool open a second one; while that connects it counts as used.
    until(lambda: database.use().used == 0, "no connection in use")
    with database.connection():
        use = database.use()
        assert (use.used, use.limit, use.errors) == (1, 4, 0)
    assert database.use().used == 0
