"""One contract for the notice of a maintenance in PostgreSQL and its double."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from hristudio_core.notice import Notice
from hristudio_core.store import (
    Database,
    DatabaseRefused,
    DatabaseSettings,
    MemoryNotices,
    Notices,
    PostgresNotices,
)

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=timezone.utc)
NOTICE = Notice(starts_at=NOW, ends_at=NOW + timedelta(hours=1), message="Upgrade", by="ada@lab")


@pytest.fixture(params=["memory", "postgres"])
def notices(request: pytest.FixtureRequest) -> Iterator[Notices]:
    if request.param == "memory":
        yield MemoryNotices()
        return
    owner = Database.open(DatabaseSettings(request.getfixturevalue("database_owner_url"), max_size=1))
    yield PostgresNotices(owner)
    owner.close()


def test_there_is_one_or_none(notices: Notices) -> None:
    assert notices.current() is None
    assert notices.withdraw() is None
    notices.announce(NOTICE)
    assert notices.current() == NOTICE
    other = Notice(starts_at=NOW + timedelta(days=1))
    notices.announce(other)
    assert notices.current() == other
    assert notices.withdraw() == other
    assert notices.current() is None


def test_the_programs_role_reads_and_never_sets(database: Database, database_owner_url: str) -> None:
    owner = Database.open(DatabaseSettings(database_owner_url, max_size=1))
    PostgresNotices(owner).announce(NOTICE)
    owner.close()
    notices = PostgresNotices(database)
    assert notices.current() == NOTICE
    for change in (notices.withdraw, lambda: notices.announce(NOTICE)):
        with pytest.raises(DatabaseRefused, match="permission denied"):
            change()
