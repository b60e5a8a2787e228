"""Whether a trial may begin as it was asked for, and with what.

Everything that speaks against it is found before anything is written down, so that a
refused trial leaves no trace, and a live one runs exactly the protocol that was frozen.
"""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hristudio_core.conduct.errors import TrialNotAdmitted
from hristudio_core.conduct.objects import read_object
from hristudio_core.engine.inputs import Mode
from hristudio_core.protocol import Protocol, SkillCatalogue, digest, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

SUFFIXES = (".yaml", ".yml")
MAX_SEED = 2**64 - 1


class Wish(Struct, frozen=True, kw_only=True):
    """A trial as somebody asks for it; see action/RunTrial.action."""

    trial_id: str = ""
    protocol: str = ""
    protocol_yaml: str = ""
    expected_digest: str = ""
    participant: str = ""
    condition: str = ""
    mode: str = ""
    seed: int = 0
    parameters: str = ""
    actor: str = ""
    automatic: bool = False
    traceparent: str = ""


class Admission(Struct, frozen=True, kw_only=True):
    """A trial that may begin."""

    trial_id: str
    protocol: Protocol
    digest: str
    participant: str
    condition: str
    mode: Mode
    seed: int
    parameters: dict[str, Any]
    actor: str
    automatic: bool


def admit(wish: Wish, folders: Sequence[Path], skills: SkillCatalogue | None) -> Admission:
    """Check a wish and give the trial that may begin.

    Args:
        wish: What was asked for.
        folders: Where protocols that are named lie; the first that has it wins.
        skills: What the robot can do.

    Raises:
        TrialNotAdmitted: Something speaks against it; the message says all of it.
    """
    protocol = _protocol(wish, folders, skills)
    found = digest(protocol)
    mode = _mode(wish.mode)
    _check_digest(wish.expected_digest, found, mode)
    return Admission(
        trial_id=_trial_id(wish.trial_id),
        protocol=protocol,
        digest=found,
        participant=_participant(wish.participant, mode),
        condition=_condition(wish.condition, protocol),
        mode=mode,
        seed=wish.seed or secrets.randbelow(MAX_SEED) + 1,
        parameters=_parameters(wish, protocol),
        actor=wish.actor or "operator",
        automatic=wish.automatic,
    )


def _protocol(wish: Wish, folders: Sequence[Path], skills: SkillCatalogue | None) -> Protocol:
    if bool(wish.protocol) == bool(wish.protocol_yaml):
        raise TrialNotAdmitted("illegal", "give either the name of a protocol or its text")
    source: Path | str = wish.protocol_yaml or find(wish.protocol, folders)
    try:
        loaded = load(source, skills=skills)
    except OSError as error:
        raise TrialNotAdmitted("protocol", f"cannot read the protocol: {error}") from error
    if loaded.protocol is None:
        problems = "\n".join(str(problem) for problem in loaded.problems)
        raise TrialNotAdmitted("protocol", f"the protocol has problems:\n{problems}")
    return loaded.protocol


def find(name: str, folders: Sequence[Path]) -> Path:
    """Find the file of a protocol that is named.

    Raises:
        TrialNotAdmitted: No folder has it, or the name is a path.
    """
    if name != name.strip() or "/" in name or "\\" in name or name.startswith("."):
        raise TrialNotAdmitted("protocol", f"{name!r} is no name of a protocol: give the name alone, no path")
    for folder in folders:
        for suffix in ("", *SUFFIXES):
            path = folder / f"{name}{suffix}"
            if path.suffix in SUFFIXES and path.is_file():
                return path
    known = ", ".join(protocol_names(folders)) or "none"
    raise TrialNotAdmitted("protocol", f"there is no protocol named {name!r}; known here: {known}")


def protocol_names(folders: Iterable[Path]) -> list[str]:
    """List the protocols that can be named, sorted."""
    files = (path for folder in folders for path in folder.glob("*.y*ml"))
    return sorted({path.stem for path in files if path.suffix in SUFFIXES})


def _trial_id(text: str) -> str:
    if not text:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise TrialNotAdmitted("illegal", f"trial_id {text!r} is no UUID") from error


def _mode(text: str) -> Mode:
    try:
        return Mode(text or Mode.PILOT)
    except ValueError as error:
        modes = ", ".join(mode.value for mode in Mode)
        raise TrialNotAdmitted("illegal", f"mode {text!r} is none of: {modes}") from error


def _check_digest(expected: str, found: str, mode: Mode) -> None:
    if mode is Mode.LIVE and not expected:
        raise TrialNotAdmitted(
            "digest",
            f"a live trial needs the digest of the frozen protocol (this one's is {found}); "
            "without it, run a pilot or a rehearsal",
        )
    if expected and expected != found:
        raise TrialNotAdmitted(
            "digest", f"the protocol is not the frozen one: its digest is {found}, expected was {expected}"
        )


def _participant(code: str, mode: Mode) -> str:
    if mode is Mode.LIVE and not code:
        raise TrialNotAdmitted("illegal", "a live trial needs a participant code")
    return code


def _condition(name: str, protocol: Protocol) -> str:
    if name and name not in protocol.conditions:
        known = ", ".join(protocol.conditions) or "none"
        raise TrialNotAdmitted("condition", f"the protocol has no condition {name!r}; it has: {known}")
    if protocol.conditions and not name:
        raise TrialNotAdmitted("condition", f"name a condition: {', '.join(protocol.conditions)}")
    return name


def _parameters(wish: Wish, protocol: Protocol) -> dict[str, Any]:
    """Give the parameters asked for; whether their values fit is the engine's to say."""
    try:
        given = read_object(wish.parameters)
    except ValueError as error:
        wanted = 'parameters must be a JSON object, like {"name": "Ada"}'
        raise TrialNotAdmitted("parameters", f"{wanted}: {error}") from error
    fixed = protocol.conditions[wish.condition].parameters if wish.condition else {}
    if overridden := sorted(set(given) & set(fixed)):
        names = ", ".join(overridden)
        raise TrialNotAdmitted("parameters", f"the condition {wish.condition} fixes {names}")
    return given
