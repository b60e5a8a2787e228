import logging
import time

from rcl_interfaces.msg import Log
from rclpy.logging import LoggingSeverity
from rclpy.qos import DurabilityPolicy, QoSProfile

from hristudio_bridge.graph_ros import RosLog
from hristudio_telemetry import Debug, write_debug
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

    wait_for(lambda: len(lines()) >= 3, "/rosout")
    info, warning, error = lines()
    assert (info.level, info.msg) == (LoggingSeverity.INFO, "somebody connected")
    assert (warning.level, warning.msg) == (LoggingSeverity.WARN, "audit: refused")
    assert error.level == LoggingSeverity.ERROR
    assert error.msg.splitlines()[-1].startswith("ValueError: ")
    assert info.function == "test_records_reach_rosout_with_level_and_place"
    assert info.line < warning.line


def test_a_bridge_in_debug_mode_tells_each_operation_and_nothing_it_carried(bridge, client):
    run = bridge.log.parent / "run"
    run.mkdir()
    write_debug(run, Debug(time.time() + 60, processes=("bridge",)))
    try:
        wait_for(lambda: "debug mode is on" in bridge.log.read_text(), "it says more", 30)
        client.send("advertise", topic="/told\nfaked line", type="std_msgs/String")
        client.send("advertise", topic="/told", type="std_msgs/String")
        client.send("publish", topic="/told", msg={"data": "carried"})
        wait_for(lambda: "publish '/told' of 127.0.0.1" in bridge.log.read_text(), "it tells", 30)
    finally:
        write_debug(run, None)
    wait_for(lambda: "debug mode is over" in bridge.log.read_text(), "it falls silent", 30)
    text = bridge.log.read_text()
    assert "carried" not in text
    assert "\nfaked line" not in text
    assert "advertise '/told' of" in text
    client.call("/rosapi/get_time")
    assert "call_service" not in bridge.log.read_text()[len(text) :]
