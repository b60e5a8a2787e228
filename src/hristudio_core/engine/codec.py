"""Facts as the journal keeps them: a kind, and a JSON object with sorted keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from hristudio_core.engine.errors import MalformedFact, UnknownFact
from hristudio_core.engine.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

_encoder = msgspec.json.Encoder(order="sorted")

KINDS: Mapping[str, type[Fact]] = MappingProxyType(
    {str(fact.__struct_config__.tag): fact for fact in Fact.__subclasses__()}
)
_decoders = {kind: msgspec.json.Decoder(fact) for kind, fact in KINDS.items()}


def encode(fact: Fact) -> tuple[str, str]:
    """Return a fact's kind and payload."""
    payload = {name: getattr(fact, name) for name in fact.__struct_fields__}
    return str(fact.__struct_config__.tag), _encoder.encode(payload).decode()


def decode(kind: str, payload: str) -> Fact:
    """Read a fact back.

    Raises:
        UnknownFact: the kind is not one of this version.
        MalformedFact: the payload does not fit its kind.
    """
    decoder = _decoders.get(kind)
    if decoder is None:
        raise UnknownFact(kind)
    try:
        return decoder.decode(payload)
    except msgspec.DecodeError as error:
        raise MalformedFact(kind, str(error)) from error
