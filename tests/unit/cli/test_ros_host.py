"""What a ROS host is told to install is what pyproject.toml asks for."""

import re
import sys
import xml.etree.ElementTree as ET

from hristudio_core.ops.share import CHECKOUT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def pins(name: str) -> dict[str, str]:
    lines = (CHECKOUT / name).read_text().splitlines()
    # Markers differ: what a ROS host needs on old Pythons alone, the tests need on all.
    return {
        match[1]: line.partition(" ;")[0]
        for line in lines
        if (match := re.match(r"([a-z0-9-]+)(?=[=\[ ;])", line))
    }


def test_every_dependency_is_pinned_as_everywhere_else():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    # A site that is told where errors and traces go has no `pip install` to make first.
    wanted = project["dependencies"] + extras["embedded"] + extras["telemetry"]
    names = {re.match(r"[a-z0-9-]+", requirement)[0] for requirement in wanted}
    host, lock = pins("deploy/ros_host.txt"), pins("deploy/requirements/lock.txt")
    assert names <= host.keys()
    assert {name: host[name] for name in names} == {name: lock[name] for name in names}


def test_the_package_is_one_that_generates_interfaces_and_carries_a_licence():
    root = ET.parse(CHECKOUT / "package.xml").getroot()
    assert root.attrib["format"] == "3"
    assert root.findtext("member_of_group") == "rosidl_interface_packages"
    assert root.findtext("license") == "Apache-2.0"
    keys = [element.text for element in root if element.tag.endswith("depend")]
    assert {"rclpy", "launch_ros", "rosidl_default_runtime", "postgresql"} <= set(keys)


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert ET.parse(CHECKOUT / "package.xml").getroot().findtext("version") == project["version"]
