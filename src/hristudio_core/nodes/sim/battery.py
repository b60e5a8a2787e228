"""The battery: full at first, then less and less."""

from sensor_msgs.msg import BatteryState

from hristudio_core.nodes.sim.body import Body

_PERIOD_S = 1.0
_LIFE_S = 4 * 3600.0  # from full to empty
_FULL_V, _EMPTY_V = 16.8, 12.8


class Battery:
    """Drains."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._began_s = body.now_s()
        self._states = body.node.create_publisher(BatteryState, "battery", 5)
        body.node.create_timer(_PERIOD_S, self._publish, clock=body.clock)

    def _publish(self) -> None:
        used = (self._body.now_s() - self._began_s) / _LIFE_S
        charge = max(0.0, self._body.parameters.battery - used)
        message = BatteryState(
            percentage=charge,
            voltage=_EMPTY_V + (_FULL_V - _EMPTY_V) * charge,
            present=True,
            power_supply_status=BatteryState.POWER_SUPPLY_STATUS_DISCHARGING,
        )
        message.header.stamp = self._body.stamp()
        self._states.publish(message)
