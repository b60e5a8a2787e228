from xml.etree import ElementTree as ET

import pytest

from hristudio_bridge.process import answer_losses_at_once
from hristudio_bridge.process.middleware import PROFILES


def test_our_profile_is_named_where_none_is():
    environ = {"A": "b"}
    answer_losses_at_once(environ)
    assert environ == {"A": "b", **{name: str(path) for name, path in PROFILES.items()}}


@pytest.mark.parametrize("name", PROFILES)
def test_the_users_own_profile_stays(name):
    environ = {name: "/etc/theirs.xml"}
    answer_losses_at_once(environ)
    assert environ == {name: "/etc/theirs.xml"}


@pytest.mark.parametrize("path", PROFILES.values(), ids=lambda path: path.name)
def test_profiles_wait_for_nothing(path):
    delays = [number.text for number in ET.parse(path).iter() if number.tag.rpartition("}")[2] == "nanosec"]
    assert delays == ["0", "0"]
