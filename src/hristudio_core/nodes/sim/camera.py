"""The camera: pictures only while somebody looks."""

from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import CompressedImage

from hristudio_core.nodes.sim.body import Body
from hristudio_core.nodes.sim.picture import draw

_PERIOD_S = 0.2
_IDLE_PERIOD_S = 1.0


class Camera:
    """Sees."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._images = body.node.create_publisher(
            CompressedImage, "camera/image/compressed", qos_profile_sensor_data
        )
        self._timer = body.node.create_timer(_IDLE_PERIOD_S, self._look, clock=body.clock)

    def _look(self) -> None:
        watched = self._images.get_subscription_count() > 0
        period_ns = int((_PERIOD_S if watched else _IDLE_PERIOD_S) * 1e9)
        if self._timer.timer_period_ns != period_ns:
            self._timer.timer_period_ns = period_ns
            self._timer.reset()
        if watched:
            image = CompressedImage(format="png", data=draw(self._body.now_s()))
            image.header.stamp = self._body.stamp()
            image.header.frame_id = "camera"
            self._images.publish(image)
