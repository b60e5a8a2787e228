"""Who a participant is: personal data, sealed with a key that is not in the database.

The key is this installation's alone (`personal_key`), and what is sealed is bound to its
participant: moved to another row it does not open. Who has only the database reads nothing.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec
import structlog
from msgspec import Struct

from hristudio_core.store import Participants, SealedPerson, StoreError
from hristudio_web.errors import SealBroken
from hristudio_web.sealing import Seal

LONGEST_NAME = 200
LONGEST_EMAIL = 254
LONGEST_NOTES = 2000
WRONG_KEY = "participants' personal data were sealed with another key than the one here"
REMEDY = "bring back secrets/personal.key of the data folder, or HRISTUDIO_PERSONAL_KEY, as it was"
log = structlog.get_logger(__name__)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Person(Struct, frozen=True, omit_defaults=True):
    """Who a participant is; what is not known is empty."""

    name: str = ""
    email: str = ""
    notes: str = ""


NOBODY = Person()


class PersonSeal:
    """Seals and opens personal data with the key of this installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def close(self, study_id: str, code: str, person: Person) -> str:
        """Encrypt who a participant is."""
        return self._seal(study_id, code).close(msgspec.json.encode(person).decode())

    def open(self, study_id: str, code: str, sealed: str) -> Person:
        """Decrypt who a participant is.

        Raises:
            SealBroken: It is another's, was altered, or was sealed with another key.
        """
        return msgspec.json.decode(self._seal(study_id, code).open(sealed), type=Person)

    def fits(self, kept: Iterable[SealedPerson]) -> bool:
        """Tell whether this key opens all of what is kept; nothing of it is shown."""
        for one in kept:
            try:
                self.open(one.study_id, one.code, one.sealed)
            except SealBroken:
                return False
        return True

    def _seal(self, study_id: str, code: str) -> Seal:
        return Seal(self._secret, f"person {study_id} {code}")


def tell_wrong_key(participants: Participants, persons: PersonSeal) -> None:
    """Have the log say so when the key here is not the one that sealed what is kept."""
    try:
        if not persons.fits(participants.sealed_ends()):
            log.error(WRONG_KEY, remedy=REMEDY)
    except StoreError as error:
        log.warning("whether the personal key is the right one cannot be told", error=str(error))


def read_person(given: Mapping[str, str]) -> tuple[Person, dict[str, str]]:
    """Read what somebody typed about a person; give what is wrong by field, too.

    Args:
        given: `name`, `email`, `notes`, each optional.
    """
    typed = {name: given.get(name, "").strip() for name in ("name", "email", "notes")}
    problems = {}
    name = " ".join(typed["name"].split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        problems["name"] = f"At most {LONGEST_NAME} characters, all of which can be seen."
    email = typed["email"]
    if email and (len(email) > LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email)):
        problems["email"] = "This is no e-mail address: give one such as ada@example.org, or leave it empty."
    notes = typed["notes"].replace("\r\n", "\n")
    if len(notes) > LONGEST_NOTES or not notes.translate({10: "", 9: ""}).isprintable():
        problems["notes"] = f"At most {LONGEST_NOTES} characters, all of which can be seen."
    return Person(name, email, notes), problems
