"""Touch sensors: what a hand would do is sent on touch/simulate and felt on touch."""

from hristudio.msg import Touch

from hristudio_core.nodes.sim.body import Body

SENSORS = ("head", "left_hand", "right_hand", "bumper")


class TouchSensors:
    """Feel."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._felt = body.node.create_publisher(Touch, "touch", 20)
        body.node.create_subscription(Touch, "touch/simulate", self._on_hand, 20)

    def _on_hand(self, hand: Touch) -> None:
        if hand.sensor in SENSORS:
            self._felt.publish(Touch(stamp=self._body.stamp(), sensor=hand.sensor, pressed=hand.pressed))
