"""The skills of a profile as skills/list gives them."""

import json
from collections.abc import Mapping

from hristudio.msg import SkillInfo
from hristudio.srv import ListSkills

from hristudio_core.robot import Profile, Skill, arguments_schema


def fill(
    response: ListSkills.Response, profile: Profile, named: str, unavailable: Mapping[str, str]
) -> ListSkills.Response:
    """Fill in the response of skills/list."""
    response.robot = profile.name
    response.profile = named
    response.digest = profile.digest
    response.skills = [_info(skill, unavailable.get(skill.name, "")) for skill in profile.skills.values()]
    response.watch = json.dumps(
        {
            watch.name: {
                "title": watch.title,
                "topic": watch.interface.name,
                "type": watch.interface.type,
                "fields": {name: dict(field) for name, field in watch.fields.items()},
            }
            for watch in profile.watch
        }
    )
    response.cameras = json.dumps(
        {
            camera.name: {
                "title": camera.title,
                "topic": camera.interface.name,
                "type": camera.interface.type,
            }
            for camera in profile.cameras
        }
    )
    return response


def _info(skill: Skill, unavailable: str) -> SkillInfo:
    return SkillInfo(
        name=skill.name,
        title=skill.title,
        schema=json.dumps(arguments_schema(skill)),
        on_pause=skill.on_pause.value,
        background_ok=skill.background,
        timeout_s=skill.timeout_s,
        resources=sorted(skill.resources),
        unavailable=unavailable,
    )
