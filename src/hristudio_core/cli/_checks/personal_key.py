"""Whether the key of personal data is the one that sealed what the database keeps."""

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store import Database, DatabaseSettings, PostgresParticipants
from hristudio_core.store.embedded import running_owner_url
from hristudio_core.store.errors import StoreError
from hristudio_web.persons import REMEDY, WRONG_KEY, PersonSeal

CHECK = "personal key"


def check_personal_key(settings: Settings) -> Finding:
    """Does the key here open the personal data that are kept? Makes none where there is none."""
    url = settings.database.url_unpooled or settings.database.url or running_owner_url(settings.data)
    if not url or url == MEMORY:
        return Finding(CHECK, Verdict.OK, "not compared: the database does not run")
    try:
        database = Database.open(DatabaseSettings(url, name="hristudio-doctor", **settings.database.pool(1)))
        try:
            kept = PostgresParticipants(database).sealed_ends()
        finally:
            database.close()
    except StoreError as error:
        return Finding(CHECK, Verdict.WARNING, f"not compared: {error}", "mend the database first")
    if not kept:
        return Finding(CHECK, Verdict.OK, "no personal data are kept")
    try:
        key = _key(settings)
    except OSError as error:
        return Finding(
            CHECK, Verdict.PROBLEM, f"personal data are kept, and their key cannot be read: {error}", REMEDY
        )
    if not PersonSeal(key).fits(kept):
        return Finding(CHECK, Verdict.PROBLEM, WRONG_KEY, REMEDY)
    return Finding(CHECK, Verdict.OK, "it opens the personal data that are kept")


def _key(settings: Settings) -> bytes:
    given = settings.web.personal_key
    return given.encode() if given else settings.personal_key.read_bytes()
