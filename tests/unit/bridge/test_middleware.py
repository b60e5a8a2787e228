from xml.etree import ElementTree as ET

import pytest

from hristudio_bridge.process import bring_profile
from hristudio_bridge.process.middleware import PROFILES


def test_our_profile_is_named_where_none_is():
    environ = {"A": "b"}
    bring_profile(environ)
    assert environ == {"A": "b", **{name: str(path) for name, path in PROFILES.items()}}


@pytest.mark.parametrize("name", PROFILES)
def test_the_users_own_profile_stays(name):
    environ = {name: "/etc/theirs.xml"}
    bring_profile(environ)
    assert environ == {name: "/etc/theirs.xml"}


def delays(path, *names):
    found = [part for part in ET.parse(path).iter() if part.tag.rpartition("}")[2] in names]
    return [tuple(number.text for number in part) for part in found]


@pytest.mark.parametrize("path", PROFILES.values(), ids=lambda path: path.name)
def test_profiles_answer_losses_at_once(path):
    writer, reader = (
        ("nackResponseDelay", "nack_response_delay"),
        ("heartbeatResponseDelay", "heartbeat_response_delay"),
    )
    assert delays(path, *writer, *reader) == [("0", "0"), ("0", "0")]


@pytest.mark.parametrize("path", PROFILES.values(), ids=lambda path: path.name)
def test_profiles_announce_twice_a_second(path):
    assert delays(path, "leaseAnnouncement") == [("0", "500000000")]
