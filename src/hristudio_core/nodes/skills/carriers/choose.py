"""Which mechanism carries out a skill."""

from typing import Any

from hristudio_core.nodes._foundation import ManagedNode
from hristudio_core.nodes.skills.carriers.action import ActionCarrier
from hristudio_core.nodes.skills.carriers.carrier import Carrier, Ear
from hristudio_core.nodes.skills.carriers.repetition import RepetitionCarrier
from hristudio_core.nodes.skills.carriers.service import ServiceCarrier
from hristudio_core.nodes.skills.carriers.topic import TopicCarrier
from hristudio_core.nodes.skills.links import Links
from hristudio_core.robot import Plan
from hristudio_core.robot.profile import ByAction, ByService


def make_carrier(node: ManagedNode[Any], links: Links, plan: Plan, ear: Ear) -> Carrier:
    """Make what carries a plan to the robot.

    Raises:
        FieldError: A value does not fit its field's type.
    """
    call = plan.skill.call
    if isinstance(call, ByAction):
        return ActionCarrier(links, call, plan, ear)
    if isinstance(call, ByService):
        return ServiceCarrier(links, call, plan, ear)
    if call.repetition:
        return RepetitionCarrier(node, links, call, plan, ear, rate_hz=call.repetition.rate_hz)
    return TopicCarrier(links, call, plan, ear)
