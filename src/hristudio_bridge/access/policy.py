"""What each role may do: allow-lists, and nothing without one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from hristudio_bridge.access.globs import Globs, _compile


class Rights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The allow-lists of one role, as patterns over absolute names."""

    operations: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()
    publish: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    serve: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    serve_actions: tuple[str, ...] = ()
    read_parameters: tuple[str, ...] = ()
    write_parameters: tuple[str, ...] = ()


KINDS = tuple(name for name in Rights.__struct_fields__ if name != "operations")


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    roles: dict[str, Rights]


class Policy:
    """Answers whether a role may do something. `limits` hold for every role, whatever it is given."""

    def __init__(
        self,
        roles: Mapping[str, Rights],
        namespace: str = "/",
        limits: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._operations = {role: tuple(map(_compile, rights.operations)) for role, rights in roles.items()}
        self._globs = {
            (role, kind): Globs(getattr(rights, kind), namespace)
            for role, rights in roles.items()
            for kind in KINDS
        }
        self._limits = {kind: Globs(patterns) for kind, patterns in (limits or {}).items() if patterns}

    def may_do(self, role: str, operation: str) -> bool:
        """Tell whether a role may use an operation at all."""
        return any(pattern.fullmatch(operation) for pattern in self._operations.get(role, ()))

    def may(self, role: str, kind: str, name: str) -> bool:
        """Tell whether a role may do `kind` (a field of `Rights`) with an absolute name."""
        globs = self._globs.get((role, kind))
        limit = self._limits.get(kind)
        return globs is not None and globs.match(name) and (limit is None or limit.match(name))


def read_roles(path: Path) -> dict[str, Rights]:
    """Read the roles of an access file.

    Raises:
        ValueError: the file is not as it should be; the text says where.
        OSError: it cannot be read.
    """
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return msgspec.convert(document, _Document).roles
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
