"""The protocol language: a file becomes a frozen model, or a list of problems.

``load`` reads and checks; ``digest`` tells two protocols apart; ``from_canonical`` rebuilds a stored one;
``flow`` tells in words what it does.
"""

from __future__ import annotations

from hristudio_core.document import Problem, Severity
from hristudio_core.protocol.catalogue import SkillCatalogue
from hristudio_core.protocol.checks import walk
from hristudio_core.protocol.digest import canonical, digest, from_canonical
from hristudio_core.protocol.errors import CallerError, CanonicalFormError, ProtocolError
from hristudio_core.protocol.flow import Line, Stage, Way, flow
from hristudio_core.protocol.model import Protocol
from hristudio_core.protocol.needs import skills_of
from hristudio_core.protocol.new import starter
from hristudio_core.protocol.read import Loaded, load
from hristudio_core.protocol.schema import schema_text

__all__ = [
    "CallerError",
    "CanonicalFormError",
    "Line",
    "Loaded",
    "Problem",
    "Protocol",
    "ProtocolError",
    "Severity",
    "SkillCatalogue",
    "Stage",
    "Way",
    "canonical",
    "digest",
    "flow",
    "from_canonical",
    "load",
    "schema_text",
    "skills_of",
    "starter",
    "walk",
]
