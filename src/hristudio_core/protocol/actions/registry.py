"""All words of the language that are actions: one module of this folder each, found by itself."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from hristudio_core.protocol.actions._verb import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDER = Path(__file__).parent
_NOT_VERBS = ("registry", "skill", "reading")


def _found() -> Iterator[tuple[str, Verb]]:
    for module in pkgutil.iter_modules([str(_FOLDER)]):
        if not module.name.startswith("_") and module.name not in _NOT_VERBS:
            verb = import_module(f"{__package__}.{module.name}").VERB
            assert isinstance(verb, Verb)  # noqa: S101  a module of this folder that has none is a slip of ours
            yield verb.name, verb


VERBS: Mapping[str, Verb] = MappingProxyType(dict(_found()))
