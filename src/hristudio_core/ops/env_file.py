"""Files of variables, in the form that shells, Docker and systemd share: NAME=VALUE, one a line."""

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.problem import Problem

ENV_FILE = "HRISTUDIO_ENV_FILE"
USUAL = ".env"
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def load_env_file(environment: MutableMapping[str, str], given: Path | None = None) -> Path | None:
    """Add to the environment what stands in a file and is not in it yet; give the file that was read.

    Without one given it is $HRISTUDIO_ENV_FILE, else `.env` in the working folder if it is there.

    Raises:
        SettingsInvalidError: A file that was named cannot be read, or has lines that are no variables.
    """
    named = str(given) if given else environment.get(ENV_FILE, "")
    file = Path(named).expanduser() if named else Path(USUAL)
    if not named and not file.is_file():
        return None
    for name, value in read_env_file(file).items():
        environment.setdefault(name, value)
    return file


def read_env_file(file: Path) -> Mapping[str, str]:
    """Read a file of variables.

    Raises:
        SettingsInvalidError: With every line that cannot be used.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "it is no text"
        raise SettingsInvalidError(
            [Problem(ENV_FILE, str(file), reason, "name a file of lines NAME=VALUE that we may read")]
        ) from error
    values: dict[str, str] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        value = _value(match[2]) if match else None
        if match is None or value is None:
            # What stands there may be a secret: the line is named, not shown.
            problems.append(
                Problem(f"{file}, line {number}", "", "this is no NAME=VALUE", "write it so, quotes closed")
            )
        else:
            values[match[1]] = value
    if problems:
        raise SettingsInvalidError(problems)
    return values


def quoted(value: str) -> str:
    """Write a value so that it is read as it is, by shells and by us."""
    if re.fullmatch(r"[A-Za-z0-9_./:,@%+=-]*", value):
        return value
    letters = {letter: f"\\{escape}" for escape, letter in _ESCAPES.items()}
    return f'"{"".join(letters.get(letter, letter) for letter in value)}"'


def _value(text: str) -> str | None:
    """Give the value without quotes and comment; None: quotes are not closed."""
    quote = text[:1]
    if quote not in {"'", '"'}:
        return re.split(r"\s#", text, maxsplit=1)[0].rstrip()
    inner = r"((?:[^\"\\]|\\.)*)" if quote == '"' else r"([^']*)"
    match = re.fullmatch(rf"{quote}{inner}{quote}\s*(?:#.*)?", text)
    if match is None:
        return None
    if quote == "'":
        return match[1]
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), match[1])
