"""The canonical form of a protocol and its digest.

Two files mean the same exactly when their canonical forms are equal: comments, layout and the order
of keys play no part. It names the version of the language and leaves out what has its default.
"""

from __future__ import annotations

import hashlib

import msgspec

from hristudio_core.protocol.errors import CanonicalFormError
from hristudio_core.protocol.model import Protocol  # noqa: TC001  msgspec needs it to decode


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hristudio: int
    protocol: Protocol


_LANGUAGE = 1


def canonical(protocol: Protocol) -> bytes:
    """Return the canonical form: compact JSON in UTF-8 with sorted keys."""
    return msgspec.json.encode(_Stored(_LANGUAGE, protocol), order="sorted")


def digest(protocol: Protocol) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(protocol)).hexdigest()


def from_canonical(data: bytes) -> Protocol:
    """Rebuild a protocol from its canonical form.

    Raises:
        CanonicalFormError: the bytes are not the canonical form of a protocol.
    """
    try:
        stored = msgspec.json.decode(data, type=_Stored)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise CanonicalFormError(f"not a stored protocol: {error}") from error
    if stored.hristudio != _LANGUAGE:
        raise CanonicalFormError(
            f"stored in version {stored.hristudio} of the language, known is {_LANGUAGE}"
        )
    if canonical(stored.protocol) != data:
        raise CanonicalFormError("not the canonical form")
    return stored.protocol
