"""The list of what the simulated robot is made of."""

from collections.abc import Callable
from typing import Any, TypeAlias

from hristudio_core.nodes.sim.base import Base
from hristudio_core.nodes.sim.battery import Battery
from hristudio_core.nodes.sim.body import Body
from hristudio_core.nodes.sim.camera import Camera
from hristudio_core.nodes.sim.emergency import EmergencyStop
from hristudio_core.nodes.sim.gestures import Gestures
from hristudio_core.nodes.sim.head import Head
from hristudio_core.nodes.sim.lights import Lights
from hristudio_core.nodes.sim.speech import Speech
from hristudio_core.nodes.sim.touch import TouchSensors

Part: TypeAlias = Callable[[Body], Any]

PARTS: tuple[Part, ...] = (Base, Battery, Camera, EmergencyStop, Gestures, Head, Lights, Speech, TouchSensors)
