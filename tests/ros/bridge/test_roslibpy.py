import json
import subprocess
import sys

from tests.ros.bridge.test_actions import acquaint


def test_a_session_of_roslibpy(bridge, client, peer, fibonacci):
    acquaint(client)
    peer.set_bool("/py/set")
    peer.node.declare_parameter("py.number", 5)
    run = subprocess.run(
        [sys.executable, "-m", "tests.servers.roslibpy_session", str(bridge.port)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    seen = json.loads(run.stdout)
    assert seen["topics"] == ["0", "1", "2"]
    assert seen["service"] == {"success": True, "message": "set"}
    assert seen["own_service"] == {"success": True, "message": "from roslibpy"}
    assert "does not exist" in seen["absent"][0]
    assert seen["goal"] == [4, {"sequence": [0, 1, 1, 2, 3, 5, 8]}, 5]
    assert seen["cancelled"] == [5, {"sequence": [1]}, 0]
    assert (seen["parameter"], seen["parameter_set"]) == (5, 7)
    assert seen["topic_type"] == "rcl_interfaces/msg/Log"
    assert seen["has_services"] is True
    assert "/peer" in seen["nodes"]
    assert seen["details"] == ["stamp", "frame_id"]
    assert seen["reconnected"] is True
