"""`hristudio doctor` compares the personal key with what PostgreSQL keeps, and makes none."""

from pathlib import Path

from hristudio_core.cli._checks.personal_key import check_personal_key
from hristudio_core.ops.doctor import Verdict
from hristudio_core.ops.settings import CoreSettings, DatabaseGroup, Settings, WebSettings
from hristudio_core.store import LAB_BENCH, Database, NewParticipant, PostgresParticipants
from hristudio_web.persons import Person, PersonSeal
from tests.servers.postgres import DatabaseUrls

KEY, OTHER = "a" * 32, "b" * 32


def verdict(url: str, folder: Path, key: str = "") -> tuple[Verdict, str]:
    settings = Settings(
        core=CoreSettings(data=folder),
        web=WebSettings(personal_key=key),
        database=DatabaseGroup(given_url=url),
    )
    found = check_personal_key(settings)
    assert (found.remedy != "") == (found.verdict is not Verdict.OK)
    return found.verdict, found.found


def test_the_doctor_compares_the_key(database_urls: DatabaseUrls, database: Database, tmp_path: Path) -> None:
    url = database_urls.owner
    assert verdict(url, tmp_path, KEY) == (Verdict.OK, "no personal data are kept")
    sealed = PersonSeal(KEY.encode()).close(LAB_BENCH, "P01", Person("Ada"))
    PostgresParticipants(database).add(LAB_BENCH, [NewParticipant("P01", sealed=sealed)])
    assert verdict(url, tmp_path, KEY)[0] is Verdict.OK
    wrong, words = verdict(url, tmp_path, OTHER)
    assert (wrong, "another key" in words) == (Verdict.PROBLEM, True)
    gone, words = verdict(url, tmp_path)
    assert (gone, "cannot be read" in words) == (Verdict.PROBLEM, True)
    assert not list(tmp_path.iterdir()), "it makes no key"
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "personal.key").write_text(KEY)
    assert verdict(url, tmp_path)[0] is Verdict.OK
