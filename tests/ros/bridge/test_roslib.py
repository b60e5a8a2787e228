import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.ros.bridge.test_actions import acquaint
from tests.servers.bridge import Client
from tests.servers.browser import LIMIT_MS

SESSION = Path(__file__).parents[2] / "servers/roslib"
# the virtual environment brings Node
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (BIN / "npm").exists():
        pytest.skip("this environment has no Node")
    folder = tmp_path_factory.mktemp("roslib")
    for name in ("package.json", "session.mjs", "node.mjs", "page.html"):
        shutil.copy(SESSION / name, folder)
    options = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    try:
        subprocess.run([BIN / "npm", "install", *options], cwd=folder, check=True, timeout=100)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("npm's registry cannot be reached")
    return folder


def import_map(folder: Path) -> str:
    """Take the import map that roslib brings for browsers, with our own copies of what it names."""
    text = (folder / "node_modules/roslib/importmap.js").read_text()
    found = json.loads(text[text.rindex("({") + 1 : text.rindex(")")])
    flat = dict.fromkeys(found["imports"], "./node_modules/roslib/dist/RosLib.js")
    for scope in found["scopes"].values():
        for name, address in scope.items():
            local = re.sub(r"https://unpkg.com/(@?[^@]+)@[^/]+/", r"./node_modules/\1/", address)
            # the file that it names imports a CommonJS one, which no browser takes
            local = local.replace("eventemitter3/index.mjs", "eventemitter3/dist/eventemitter3.esm.js")
            assert (folder / local).exists(), local
            flat[name] = local
    return json.dumps({"imports": flat})


class Quiet(SimpleHTTPRequestHandler):
    # the name under which browsers take modules
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """Serve the page on the bridge's own host, from where it may connect."""
    page = folder / "page.html"
    page.write_text(page.read_text().replace("IMPORTS", import_map(folder)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/page.html"
    server.shutdown()
    server.server_close()
    thread.join()


def check(seen: dict) -> None:
    """Everything that the session has to have seen."""
    assert seen["topics"] == {"none": [1.5, 2.5, 7], "cbor": [1.5, 2.5, 7], "png": [1.5, 2.5, 7]}
    assert seen["service"] == {"success": True, "message": "set"}
    assert seen["own"] == {"success": True, "message": "from roslib"}
    assert "does not exist" in seen["absent"]
    assert (seen["goal"], seen["feedback"]) == ({"sequence": [0, 1, 1, 2, 3, 5, 8]}, 5)
    assert "canceled" in seen["cancelled"]
    assert (seen["ownGoal"], seen["ownFeedback"]) == ({"sequence": [7]}, 1)
    assert "canceled" in seen["ownCancelled"]
    assert (seen["parameter"], seen["parameterSet"]) == (5, 7)
    assert seen["type"] == "rcl_interfaces/msg/Log"
    assert "/peer" in seen["nodes"]
    assert "/fibonacci" in seen["actions"]
    assert seen["details"]["linear"] == {"x": "double", "y": "double", "z": "double"}
    assert "/rosout" in seen["raw"]
    assert seen["reconnected"] is True


def test_a_session_of_roslib_in_node(folder, bridge, client: Client, peer, fibonacci):
    acquaint(client)
    peer.set_bool("/node/set")
    peer.node.declare_parameter("node.number", 5)
    run = subprocess.run(
        [BIN / "node", "node.mjs", bridge.url],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    check(json.loads(run.stdout))


def test_a_session_of_roslib_in_a_browser(browser: Browser, address, bridge, client: Client, peer, fibonacci):
    acquaint(client)
    peer.set_bool("/page/set")
    peer.node.declare_parameter("page.number", 5)
    complaints = []
    with browser.new_page() as page:
        page.on("pageerror", lambda error: complaints.append(error))  # noqa: PLW0108 - playwright marks what it is given
        page.goto(address)
        page.wait_for_function("() => 'run' in window", timeout=LIMIT_MS)
        seen = page.evaluate(f"window.run({json.dumps(bridge.url)})")
    check(seen)
    assert complaints == []
