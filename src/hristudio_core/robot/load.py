"""A profile file becomes a `Profile`, or a list of everything that is wrong with it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from hristudio_core.robot._read_robot import (
    read_battery,
    read_cameras,
    read_connection,
    read_limits,
    read_stop,
    read_watch,
)
from hristudio_core.robot._read_skill import read_skill
from hristudio_core.robot.errors import ProfileInvalidError
from hristudio_core.robot.marked import Marked, load_marked
from hristudio_core.robot.problems import Problem, did_you_mean
from hristudio_core.robot.profile import ByAction, ByTopic, Interface, Profile
from hristudio_core.robot.reader import WORD, Problems, Reader

FORMAT = 1


def load_profile(path: Path) -> Profile:
    """Read and check a profile file.

    Raises:
        ProfileInvalidError: With every problem of the file.
        OSError: The file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ProfileInvalidError([Problem(str(path), 1, 1, "", f"no UTF-8 text: {error.reason}")]) from error
    return read_profile(text, str(path))


def read_profile(text: str, file: str = "profile") -> Profile:
    """Read and check the text of a profile.

    Raises:
        ProfileInvalidError: With every problem of the text, in its order.
    """
    problems = Problems(file)
    marked = load_marked(text, file)
    reader = Reader(marked, problems)
    profile = _read(reader, marked, problems)
    if isinstance(marked.value, dict):
        _check_interfaces(profile, marked, problems)
    if problems.found:
        raise ProfileInvalidError(sorted(set(problems.found)))
    return profile


def _read(reader: Reader, marked: Marked, problems: Problems) -> Profile:
    version = reader.get("hristudio_robot", required=True)
    if version and version.value != FORMAT:
        problems.add(
            version, f"{version.value!r} is no format that this version reads", f"hristudio_robot: {FORMAT}"
        )
    skills = {
        name: skill
        for name, value in reader.mapping("skills", required=True)
        if (skill := read_skill(name, value, problems))
    }
    profile = Profile(
        name=reader.text("name", pattern=WORD),
        title=reader.text("title"),
        vendor=reader.text("vendor", "unknown"),
        digest=_digest(marked),
        skills=skills,
        stop=read_stop(reader),
        limits=tuple(read_limits(reader)),
        connection=read_connection(reader),
        battery=read_battery(reader),
        watch=tuple(read_watch(reader)),
        cameras=tuple(read_cameras(reader)),
    )
    reader.done()
    return profile


def _digest(marked: Marked) -> str:
    """Hash what the file says; layout and comments do not count."""
    canonical = json.dumps(marked.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _check_interfaces(profile: Profile, marked: Marked, problems: Problems) -> None:
    types: dict[str, str] = {}
    for interface in interfaces(profile):
        known = types.setdefault(f"{interface.kind.value} {interface.name}", interface.type)
        if known != interface.type:
            problems.add(marked, f"{interface} is {known} in one place and {interface.type} in another")
    names = {interface.name for interface in interfaces(profile)}
    for limit, where in zip(
        profile.limits, marked.value["limits"].value if profile.limits else (), strict=False
    ):
        if limit.interface and limit.interface not in names:
            problems.add(
                where, f"no interface {limit.interface} to limit", did_you_mean(limit.interface, names)
            )
    zeroed = {command.interface.name for command in profile.stop.topics if command.repeat}
    for name, skill in profile.skills.items():
        if (
            isinstance(skill.call, ByTopic)
            and skill.call.repetition
            and skill.call.interface.name not in zeroed
        ):
            topic = skill.call.interface.name
            where = marked.value["skills"].value[name]
            problems.add(where, f"repeats a command on {topic}, which stop does not set to zero")


def interfaces(profile: Profile) -> Iterator[Interface]:
    """Give every interface that a profile names; some come more than once."""
    for skill in profile.skills.values():
        yield skill.call.interface
        if isinstance(skill.call, ByTopic) and skill.call.completion:
            yield skill.call.completion.interface
    for command in (*profile.stop.topics, *profile.stop.services, *profile.stop.release):
        yield command.interface
    for part in (profile.connection, profile.battery, *profile.watch, *profile.cameras):
        if part:
            yield part.interface


def actions_to_cancel(profile: Profile) -> tuple[str, ...]:
    """Give the actions whose goals a stop cancels: those of the skills and those that `stop` adds."""
    used = (
        skill.call.interface.name for skill in profile.skills.values() if isinstance(skill.call, ByAction)
    )
    return tuple(dict.fromkeys((*used, *profile.stop.cancel)))
