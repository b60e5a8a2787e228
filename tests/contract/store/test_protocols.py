"""One contract for the protocols of studies in PostgreSQL and their double."""

import hashlib
import threading
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.store import (
    LAB_BENCH,
    Account,
    Database,
    Embedded,
    InvalidValue,
    MemoryAccounts,
    MemoryProtocols,
    MemoryStudies,
    MemoryTrials,
    NotFound,
    PostgresAccounts,
    PostgresProtocols,
    PostgresSink,
    PostgresStudies,
    Protocols,
    ProtocolVersion,
    Studies,
    migrate,
)
from hristudio_core.store.migrate import MIGRATIONS
from tests.servers.drafts import new_trial, started
from tests.servers.postgres import DatabaseUrls, in_database


def save(
    protocols: Protocols, study: str, name: str, version: str = "1.0", author: str | None = None
) -> ProtocolVersion:
    canonical = f"{name} {version}"
    return protocols.save(
        study, name=name, version=version, digest=digest_of(canonical), canonical=canonical,
        source=f"# {canonical}", title=name.title(), author=author,
    )  # fmt: skip


def digest_of(canonical: str) -> str:
    return hashlib.sha256(canonical.encode()).hexdigest()


class Lab(NamedTuple):
    protocols: Protocols
    ada: Account
    study: str
    other: str

    def names(self, limit: int = 50, *, words: str = "", archived: bool = False) -> list[str]:
        """Go through all pages of the study's list."""
        found, after = [], ""
        while True:
            page = self.protocols.page(self.study, words=words, archived=archived, after=after, limit=limit)
            assert len(page.protocols) <= limit
            found += [one.name for one in page.protocols]
            if page.next is None:
                return found
            after = page.next


@pytest.fixture(params=["memory", "postgres"])
def lab(request: pytest.FixtureRequest) -> Lab:
    studies: Studies
    protocols: Protocols
    if request.param == "memory":
        people = MemoryAccounts()
        ada = people.create("ada@x.org", "Ada", "member")
        studies, protocols = MemoryStudies(people, MemoryTrials()), MemoryProtocols(people)
    else:
        database: Database = request.getfixturevalue("database")
        ada = PostgresAccounts(database).create("ada@x.org", "Ada", "member")
        studies, protocols = PostgresStudies(database), PostgresProtocols(database)
    return Lab(protocols, ada, *(studies.create(name, "", ada.id).id for name in ("Gaze", "Trust")))


def test_a_version_is_kept_once(lab: Lab) -> None:
    saved = save(lab.protocols, lab.study, "greeting", author=lab.ada.id)
    assert (saved.study_id, saved.name, saved.number, saved.version) == (lab.study, "greeting", 1, "1.0")
    assert (saved.canonical, saved.source, saved.author) == ("greeting 1.0", "# greeting 1.0", lab.ada.id)
    assert save(lab.protocols, lab.study, "greeting") == saved
    assert lab.protocols.get(lab.study, "greeting", 1) == saved
    (note,) = lab.protocols.history(lab.study, "greeting")
    assert (note.number, note.digest, note.author) == (1, saved.digest, lab.ada.id)
    known = lab.protocols.named(lab.study, "greeting")
    assert (known.title, known.number, known.digest, known.archived_at) == ("Greeting", 1, saved.digest, None)


def test_versions_count_from_one(lab: Lab) -> None:
    for version in ("1.0", "1.1", "0.9"):
        save(lab.protocols, lab.study, "greeting", version)
    assert [(one.number, one.version) for one in lab.protocols.history(lab.study, "greeting")] == [
        (3, "0.9"), (2, "1.1"), (1, "1.0"),
    ]  # fmt: skip
    assert save(lab.protocols, lab.study, "greeting", "1.0").number == 1
    assert lab.protocols.named(lab.study, "greeting").version == "0.9"


def test_studies_do_not_see_each_other(lab: Lab) -> None:
    mine = save(lab.protocols, lab.study, "greeting", "1.0")
    theirs = save(lab.protocols, lab.other, "greeting", "1.0")
    save(lab.protocols, lab.other, "greeting", "2.0")
    save(lab.protocols, lab.other, "secret")
    assert mine.id != theirs.id
    assert lab.names() == ["greeting"]
    assert lab.protocols.named(lab.study, "greeting").number == 1
    with pytest.raises(NotFound):
        lab.protocols.get(lab.study, "greeting", 2)
    with pytest.raises(NotFound):
        lab.protocols.named(lab.study, "secret")
    assert lab.protocols.history(lab.study, "secret") == []


def test_lists_are_searched_and_paged(lab: Lab) -> None:
    for name in ("gaze", "Beta", "alpha", "delta_2"):
        save(lab.protocols, lab.study, name)
    for limit in (1, 2, 4, 50):
        assert lab.names(limit) == ["Beta", "alpha", "delta_2", "gaze"]
    assert lab.names(words=" BET ") == ["Beta"]
    assert lab.names(words="_") == ["delta_2"]
    assert lab.names(words="%") == []


def test_archived_protocols_have_a_list_of_their_own(lab: Lab) -> None:
    for name in ("one", "two"):
        save(lab.protocols, lab.study, name)
    archived = lab.protocols.set_archived(lab.study, "one", archived=True)
    assert archived.archived_at is not None
    assert lab.protocols.set_archived(lab.study, "one", archived=True) == archived
    assert (lab.names(), lab.names(archived=True)) == (["two"], ["one"])
    save(lab.protocols, lab.study, "one", "2.0")
    assert lab.names(archived=True) == ["one"], "a new version alone takes nothing up again"
    assert lab.protocols.set_archived(lab.study, "one", archived=False).archived_at is None
    assert lab.names() == ["one", "two"]


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**70])
def test_an_unknown_version_is_told(lab: Lab, number: int) -> None:
    save(lab.protocols, lab.study, "greeting")
    with pytest.raises(NotFound):
        lab.protocols.get(lab.study, "greeting", number)


def test_an_unknown_protocol_or_study_is_told(lab: Lab) -> None:
    for study in (lab.study, "nothing", "018f0000-0000-7000-8000-000000000000"):
        with pytest.raises(NotFound):
            lab.protocols.named(study, "greeting")
        with pytest.raises(NotFound):
            lab.protocols.set_archived(study, "greeting", archived=True)
    with pytest.raises(InvalidValue):
        save(lab.protocols, "018f0000-0000-7000-8000-000000000000", "greeting")


@pytest.mark.parametrize(("name", "digest"), [("", "0" * 64), ("x", "abc"), ("x", "0" * 63 + "G")])
def test_wrong_values_are_refused(lab: Lab, name: str, digest: str) -> None:
    with pytest.raises(InvalidValue):
        lab.protocols.save(lab.study, name=name, version="1", digest=digest, canonical="", source="")
    assert lab.names() == []


def test_two_who_store_at_once_count_one_after_the_other(database: Database) -> None:
    protocols, gate = PostgresProtocols(database), threading.Barrier(4)

    def run(version: int) -> None:
        gate.wait()
        save(protocols, LAB_BENCH, "greeting", str(version % 3))

    threads = [threading.Thread(target=run, args=(version,)) for version in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in protocols.history(LAB_BENCH, "greeting")] == [3, 2, 1]


def test_a_version_never_changes(database: Database, database_urls: DatabaseUrls) -> None:
    save(PostgresProtocols(database), LAB_BENCH, "greeting")
    for change in ("UPDATE protocol_version SET canonical = 'x'", "DELETE FROM protocol_version"):
        with (
            psycopg.connect(database_urls.owner) as connection,
            pytest.raises(psycopg.errors.RestrictViolation),
        ):
            connection.execute(change)


def test_what_a_robot_host_ran_is_kept_unless_a_study_has_it(database: Database) -> None:
    protocols = PostgresProtocols(database)
    ada = PostgresAccounts(database).create("ada@x.org", "Ada", "member")
    study = PostgresStudies(database).create("Gaze", "", ada.id).id
    save(protocols, study, "secret")
    for name in ("secret", "bench", "bench"):
        canonical = f"{name} 1.0"
        protocols.archive_run(
            name=name, version="1.0", digest=digest_of(canonical), canonical=canonical, title=name
        )
    assert [one.name for one in protocols.page(LAB_BENCH).protocols] == ["bench"]
    kept = protocols.get(LAB_BENCH, "bench", 1)
    assert (kept.source, kept.author) == ("", None)


def test_a_trial_knows_its_version(database: Database) -> None:
    protocols = PostgresProtocols(database)
    ada = PostgresAccounts(database).create("ada@x.org", "Ada", "member")
    save(protocols, PostgresStudies(database).create("Gaze", "", ada.id).id, "greeting")
    saved = save(protocols, LAB_BENCH, "greeting")
    journal, trial = MemoryJournal(), new_trial()
    journal.append(trial, [started(digest=saved.digest)])
    Shipper(journal, PostgresSink(database)).step()
    with database.connection() as connection:
        found = connection.execute(
            "SELECT protocol_version_id::text FROM trial WHERE id = %s", [trial]
        ).fetchone()
    assert found == (saved.id,)


def test_versions_of_before_are_counted(
    empty_database: str, postgres_server: Embedded, tmp_path: Path
) -> None:
    """Rows that were there before versions had numbers get theirs in the order in which they came."""
    url = in_database(postgres_server.owner_url, empty_database)
    before = [path for path in sorted(MIGRATIONS.glob("*.sql")) if path.stem < "20261127007001"]
    for path in before:
        (tmp_path / path.name).write_text(path.read_text())
    migrate(url, migrations=tmp_path)
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO protocol (id, name) VALUES (gen_random_uuid(), 'greeting')")
        for version in ("1.0", "1.1"):
            connection.execute(
                "INSERT INTO protocol_version"
                " (id, protocol_id, version, digest, canonical, source, created_at)"
                " SELECT gen_random_uuid(), id, %(version)s, %(digest)s, '', '', %(at)s FROM protocol",
                {"version": version, "digest": digest_of(version), "at": f"2026-11-2{version[-1]}"},
            )
    migrate(url)
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT number, version FROM protocol_version ORDER BY number").fetchall()
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("UPDATE protocol_version SET number = 7")
    assert found == [(1, "1.0"), (2, "1.1")]


def test_a_version_is_found_by_what_it_means(lab: Lab) -> None:
    first = save(lab.protocols, lab.study, "gaze")
    save(lab.protocols, lab.study, "gaze", "2.0")
    assert lab.protocols.of_digest(lab.study, "gaze", first.digest) == first
    for study, name in ((lab.other, "gaze"), (lab.study, "smile")):
        with pytest.raises(NotFound):
            lab.protocols.of_digest(study, name, first.digest)


def test_the_newest_versions_are_those_of_protocols_in_use(lab: Lab) -> None:
    for name, version in (("smile", "1.0"), ("gaze", "1.0"), ("gaze", "2.0"), ("old", "1.0")):
        save(lab.protocols, lab.study, name, version)
    save(lab.protocols, lab.other, "elsewhere")
    lab.protocols.set_archived(lab.study, "old", archived=True)
    found = lab.protocols.newest(lab.study)
    assert [(one.name, one.number, one.version) for one in found] == [("gaze", 2, "2.0"), ("smile", 1, "1.0")]
    assert found[0] == lab.protocols.get(lab.study, "gaze", 2)
