"""Values that must be right before PostgreSQL sees them, for the real store and its doubles alike."""

import hashlib
import re
import secrets
import uuid

from hristudio_core.store.errors import InvalidValue, NotFound
from hristudio_core.store.models import Role, StudyRole

LONGEST_NAME = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def to_uuid(what: str, text: str) -> uuid.UUID:
    """Read an id.

    Raises:
        NotFound: It is no UUID, so nothing has it.
    """
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound(what, repr(text)) from error


def to_email(text: str) -> str:
    """Read an e-mail address; the case of letters does not tell two apart."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise InvalidValue(f"{text!r} is no e-mail address")
    return email


def to_name(what: str, text: str) -> str:
    """Read what people call something."""
    name = " ".join(text.split())
    if not name:
        raise InvalidValue(f"a {what} needs a name")
    if len(name) > LONGEST_NAME:
        raise InvalidValue(f"the name of a {what} has at most {LONGEST_NAME} characters")
    return name


def to_role(text: str) -> Role:
    """Read a role."""
    try:
        return Role(text)
    except ValueError as error:
        known = ", ".join(role.value for role in Role)
        raise InvalidValue(f"{text!r} is no role: there are {known}") from error


def to_study_role(text: str) -> StudyRole:
    """Read a role in a study."""
    try:
        return StudyRole(text)
    except ValueError as error:
        known = ", ".join(role.value for role in StudyRole)
        raise InvalidValue(f"{text!r} is no role in a study: there are {known}") from error


def new_token() -> str:
    """Make a token of 256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Hash a token. It is random throughout, so a plain SHA-256 cannot be guessed backwards."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def to_hash(text: str) -> bytes:
    """Read a hash written in hex; what is none stands for nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def session_id(token: str) -> str:
    """Give the id by which a signed-in browser is listed, from its token."""
    return token_hash(token).hex()
