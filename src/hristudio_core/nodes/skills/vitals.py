"""Whether the robot lives, and how full its battery is."""

import time
from collections.abc import Callable
from typing import Any

from hristudio_core.nodes.skills.links import Links
from hristudio_core.robot import FieldError, Profile, TypeMissingError

UNKNOWN = -1.0
# A change of the battery that is worth telling at once.
_BATTERY_STEP = 0.01


class Vitals:
    """Watches the robot.

    Args:
        links: How the robot is reached.
        profile: What it is.
        changed: Called when the robot is heard again, or its battery's level changed.
        reborn: Called when the robot's own software was started anew.
    """

    def __init__(
        self, links: Links, profile: Profile, *, changed: Callable[[], None], reborn: Callable[[], None]
    ) -> None:
        self._profile = profile
        self._changed = changed
        self._reborn = reborn
        self._heard_s = 0.0
        self.battery = UNKNOWN
        self.problems: list[str] = []
        try:
            if profile.connection:
                links.sign(profile.connection.interface, self._on_sign)
            if profile.battery:
                links.sensor(profile.battery.interface, self._on_battery)
        except TypeMissingError as error:
            self.problems.append(str(error))

    def silent(self) -> str:
        """Say why the robot does not seem to live; empty when it does, or cannot be told."""
        connection = self._profile.connection
        if connection is None or self.problems:
            return ""
        if not self._heard_s:
            return f"nothing was ever heard on {connection.interface.name}"
        silence_s = time.monotonic() - self._heard_s
        if silence_s > connection.timeout_s:
            return f"nothing was heard on {connection.interface.name} for {silence_s:.1f} s"
        return ""

    def forgive(self, seconds: float) -> None:
        """Do not count a time in which nothing was listened to as silence of the robot's."""
        if self._heard_s:
            self._heard_s += seconds

    def gone(self) -> str:
        """Say why a robot that lived does not seem to any more."""
        return self.silent() if self._heard_s else ""

    def _on_sign(self, anew: bool) -> None:
        was_silent = bool(self.silent())
        self._heard_s = time.monotonic()
        if anew:
            self._reborn()
        if was_silent:
            self._changed()

    def _on_battery(self, message: Any) -> None:
        battery = self._profile.battery
        if battery is None:
            return
        try:
            charge = float(battery.field.read(message)) * battery.scale
        except (FieldError, TypeError, ValueError):
            return
        # NaN is what drivers send that do not know.
        level = min(1.0, max(0.0, charge)) if charge == charge else UNKNOWN  # noqa: PLR0124
        told = abs(level - self.battery) >= _BATTERY_STEP
        if told:
            self.battery = level
            self._changed()
