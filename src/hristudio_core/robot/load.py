"""A profile file becomes a `Profile`, or a list of everything that is wrong with it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from hristudio_core.document import MAX_BYTES, Problems, compose
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
from hristudio_core.robot.place import Place
from hristudio_core.robot.profile import ByAction, ByTopic, Interface, Profile
from hristudio_core.robot.reader import Reader
from hristudio_core.robot.reading import Reading

FORMAT = 1


def load_profile(path: Path) -> Profile:
    """Read and check a profile file.

    Raises:
        ProfileInvalidError: With every problem of the file.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return read_profile(file.read(MAX_BYTES + 1), str(path))


def read_profile(source: str | bytes, file: str = "profile") -> Profile:
    """Read and check the text of a profile.

    Raises:
        ProfileInvalidError: With every problem of the text, in its order.
    """
    problems = Problems(file)
    root = compose(source, problems, beginning=f"begin with 'hristudio_robot: {FORMAT}'")
    if root is None:
        raise ProfileInvalidError(problems.sorted())
    place, reading = Place(root), Reading(problems)
    profile = _read(Reader(place, reading))
    _check_types(profile, place, reading)
    _check_limits(profile, place, reading)
    _check_repetitions(profile, place, reading)
    if problems.refused:
        raise ProfileInvalidError(problems.sorted())
    return profile


def _read(reader: Reader) -> Profile:
    version = reader.get("hristudio_robot", required=True)
    if version and version.value != FORMAT:
        hint = f"this version reads 'hristudio_robot: {FORMAT}'"
        reader.reading.expected(f"the format {FORMAT}", version, hint)
    skills = {
        name: skill
        for name, value in reader.mapping("skills", required=True)
        if (skill := read_skill(name, value, reader.reading))
    }
    profile = Profile(
        name=reader.word(reader.get("name", required=True)),
        title=reader.text("title"),
        vendor=reader.text("vendor", "unknown"),
        digest=_digest(reader.place),
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


def _digest(place: Place) -> str:
    """Hash what the file says; layout and comments do not count."""
    canonical = json.dumps(place.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _check_types(profile: Profile, root: Place, reading: Reading) -> None:
    types: dict[str, str] = {}
    for interface in interfaces(profile):
        known = types.setdefault(str(interface), interface.type)
        if known != interface.type:
            reading.problem(root, f"{interface} is {known} in one place and {interface.type} in another")


def _check_limits(profile: Profile, root: Place, reading: Reading) -> None:
    names = {interface.name for interface in interfaces(profile)}
    places = root.fields()["limits"].items() if profile.limits else []
    for limit, place in zip(profile.limits, places, strict=True):
        if limit.interface and limit.interface not in names:
            hint = reading.suggest(limit.interface, names)
            reading.problem(place, f"no interface '{limit.interface}' to limit", hint)


def _check_repetitions(profile: Profile, root: Place, reading: Reading) -> None:
    zeroed = {command.interface.name for command in profile.stop.topics if command.repeat}
    for name, skill in profile.skills.items():
        if not (isinstance(skill.call, ByTopic) and skill.call.repetition):
            continue
        topic = skill.call.interface.name
        if topic not in zeroed:
            place = root.fields()["skills"].fields()[name]
            reading.problem(place, f"'{name}' repeats a command on {topic}, which stop does not set to zero")


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
