"""From an environment to settings: every problem at once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hristudio_core.document.nearest import nearest
from hristudio_core.ops.env_file import quoted
from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._variable import MASK, Variable
from hristudio_core.ops.settings.settings import Settings, groups, variables
from hristudio_core.ops.share import CHECKOUT, is_checkout

OURS = "HRISTUDIO_"
# Between processes of ours, not for people.
INTERNAL = frozenset({"HRISTUDIO_MIGRATE_URL"})


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; an empty variable counts as unset.

    Raises:
        SettingsInvalidError: With every variable that cannot be used, not only the first.
    """
    settings, problems = _read(environment)
    if problems:
        raise SettingsInvalidError(problems)
    return settings


def find_problems(environment: Mapping[str, str]) -> tuple[Problem, ...]:
    """Find all that is wrong, names that nobody reads among it."""
    return (*_read(environment)[1], *unknown_names(environment))


def unknown_names(environment: Mapping[str, str]) -> Iterator[Problem]:
    """Find variables that begin as ours do and that nobody reads."""
    known = {name for variable in variables().values() for name in (variable.name, variable.file_name)}
    for name in sorted(environment):
        if name.startswith(OURS) and name not in known and name not in INTERNAL:
            meant = nearest(name, sorted(known)).question or "`hristudio config docs` lists those that are"
            yield Problem(name, "", "nobody reads this variable", meant)


def as_env_file(environment: Mapping[str, str], *, secrets: bool) -> str:
    """Write the variables that are set as a file that can be read again.

    Args:
        environment: Where they are set; secrets may stand in files of their own.
        secrets: Whether to write secrets, too; without, a comment tells that they are set.
    """
    lines = []
    for variable in variables().values():
        try:
            text = _text(environment, variable)
        except ValueError as error:
            lines.append(f"# {variable.name}: {error}")
            continue
        if text and variable.secret and not secrets:
            lines.append(f"# {variable.name}={variable.masked(text)}")
        elif text:
            lines.append(f"{variable.name}={quoted(text)}")
    return "".join(f"{line}\n" for line in lines)


def _read(environment: Mapping[str, str]) -> tuple[Settings, list[Problem]]:
    problems: list[Problem] = []
    values: dict[str, dict[str, Any]] = {group: {} for group in groups()}
    values["core"]["data"] = _default_data(environment)
    for (group, field), variable in variables().items():
        try:
            text = _text(environment, variable)
            if text:
                values[group][field] = variable.kind.read(text)
        except ValueError as error:
            problems.append(_problem(environment, variable, error))
    built = {name: kind(**values[name]) for name, kind in groups().items()}
    settings = Settings(**built)
    wrong = {problem.variable for problem in problems}
    return settings, problems + [item for item in settings.problems() if item.variable not in wrong]


def _text(environment: Mapping[str, str], variable: Variable) -> str:
    text = environment.get(variable.name, "")
    file = environment.get(variable.file_name, "") if variable.secret else ""
    if not file:
        return text
    if text:
        raise ValueError(f"{variable.file_name} is set, too: set one of them")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValueError(f"{variable.file_name} names {file}: {reason}") from error


def _problem(environment: Mapping[str, str], variable: Variable, error: ValueError) -> Problem:
    text = environment.get(variable.name, "")
    shown = (MASK if variable.secret else repr(text)) if text else ""
    default = variable.shown_default
    remedy = f"set it so, or unset it for {default.replace('`', '')}" if default else "set it so, or unset it"
    return Problem(variable.name, shown, str(error), remedy)


def _default_data(environment: Mapping[str, str]) -> Path:
    """Take the checkout's own folder, as `make run` does; installed, follow the XDG specification."""
    if is_checkout():
        return CHECKOUT / ".hristudio"
    home = Path(environment.get("HOME", "/"))
    base = Path(environment.get("XDG_DATA_HOME", ""))
    return (base if base.is_absolute() else home / ".local" / "share") / "hristudio"
