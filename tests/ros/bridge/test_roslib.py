import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SESSION = Path(__file__).parents[2] / "servers/roslib"
# the virtual environment brings Node
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (BIN / "npm").exists():
        pytest.skip("this environment has no Node")
    folder = tmp_path_factory.mktemp("roslib")
    for name in ("package.json", "session.mjs"):
        shutil.copy(SESSION / name, folder)
    options = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    installed = subprocess.run([BIN / "npm", "install", *options], cwd=folder, check=False, timeout=100)
    if installed.returncode:
        pytest.skip("npm's registry cannot be reached")
    return folder


def test_a_session_of_roslib_in_node(session, bridge, peer, fibonacci):
    peer.set_bool("/js/set")
    peer.node.declare_parameter("js.number", 5)
    run = subprocess.run(
        [BIN / "node", "session.mjs", str(bridge.port)],
        cwd=session,
        check=False,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    seen = json.loads(run.stdout)
    assert seen["topics"] == {"none": [1.5, 2.5, 7], "cbor": [1.5, 2.5, 7], "png": [1.5, 2.5, 7]}
    assert seen["service"] == {"success": True, "message": "set"}
    assert seen["own"] == {"success": True, "message": "from roslib"}
    assert "does not exist" in seen["absent"]
    assert (seen["goal"], seen["feedback"]) == ({"sequence": [0, 1, 1, 2, 3, 5, 8]}, 5)
    assert seen["ownGoal"] == {"sequence": [7]}
    assert "canceled" in seen["cancelled"]
    assert (seen["parameter"], seen["parameterSet"]) == (5, 7)
    assert seen["type"] == "rcl_interfaces/msg/Log"
    assert "/peer" in seen["nodes"]
    assert "/fibonacci" in seen["actions"]
    assert seen["details"]["linear"] == {"x": "double", "y": "double", "z": "double"}
    assert "/rosout" in seen["raw"]
    assert seen["reconnected"] is True
