"""What every node of HRIStudio stands on: lifecycle, parameters, diagnostics, process."""

from hristudio_core.nodes._foundation.diagnosis import Diagnosis, Level
from hristudio_core.nodes._foundation.interfaces import interface_type
from hristudio_core.nodes._foundation.managed import ManagedNode, NotReadyError
from hristudio_core.nodes._foundation.parameters import parameter
from hristudio_core.nodes._foundation.plain import plain
from hristudio_core.nodes._foundation.process import run_node

__all__ = [
    "Diagnosis",
    "Level",
    "ManagedNode",
    "NotReadyError",
    "interface_type",
    "parameter",
    "plain",
    "run_node",
]
