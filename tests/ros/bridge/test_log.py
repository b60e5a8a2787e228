import logging

from rcl_interfaces.msg import Log
from rclpy.logging import LoggingSeverity
from rclpy.qos import DurabilityPolicy, QoSProfile

from hristudio_bridge.graph_ros import RosLog
from tests.servers.bridge import wait_for


def test_records_reach_rosout_with_level_and_place(peer):
    heard = peer.listen(Log, "/rosout", QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL))
    log = logging.Logger("bridge", logging.DEBUG)  # noqa: LOG001 - of this test alone
    log.addHandler(RosLog(peer.node))
    log.debug("below the node's level")
    log.info("%s connected", "somebody")
    log.warning("audit: refused")
    try:
        int("no number")
    except ValueError:
        log.exception("an operation failed")

    def lines():
        return [one for one in heard if one.name == "peer" and one.file == __file__]

    wait_for(lambda: len(lines()) >= 3, "/rosout", 30)
    info, warning, error = lines()
    assert (info.level, info.msg) == (LoggingSeverity.INFO, "somebody connected")
    assert (warning.level, warning.msg) == (LoggingSeverity.WARN, "audit: refused")
    assert error.level == LoggingSeverity.ERROR
    assert error.msg.splitlines()[-1].startswith("ValueError: ")
    assert info.function == "test_records_reach_rosout_with_level_and_place"
    assert info.line < warning.line
