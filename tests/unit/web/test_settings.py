import stat
from pathlib import Path

import pytest

from hristudio_web.errors import InvalidSettings
from hristudio_web.security import read_or_make_key, trusted_hosts
from hristudio_web.settings import RobotSettings, Settings, read_settings

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "web.toml"


def test_defaults_listen_on_this_machine_alone() -> None:
    settings = read_settings({}, None)
    assert (settings.host, settings.port, settings.bridge_url) == ("127.0.0.1", 8000, "ws://127.0.0.1:9090")
    assert [robot.id for robot in settings.robots] == ["default"]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "web.toml"
    file.write_text('port = 8100\nhost = "0.0.0.0"\n')
    settings = read_settings({"HRISTUDIO_WEB_PORT": "8200"}, file)
    assert (settings.port, settings.host) == (8200, "0.0.0.0")


def test_robots_are_named_by_their_namespaces() -> None:
    robots = read_settings({"HRISTUDIO_ROBOTS": "/lab/pepper, nao"}, None).robots
    assert [robot.id for robot in robots] == ["lab-pepper", "nao"]
    assert robots[0].name("trial/state") == "/lab/pepper/trial/state"


def test_folders_of_protocols_are_listed_as_in_path() -> None:
    assert read_settings({"HRISTUDIO_PROTOCOLS": "/a:/b"}, None).protocols == (Path("/a"), Path("/b"))


def test_no_namespace_is_one_robot() -> None:
    assert read_settings({"HRISTUDIO_ROBOTS": ""}, None).robots == (
        RobotSettings(namespace="", title="Robot"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("prot = 1", "prot"), ('port = "many"', "port"), ("port =", "web.toml"), ("robots = 5", "robots")],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "web.toml"
    file.write_text(text)
    with pytest.raises(InvalidSettings, match=words):
        read_settings({}, file)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="absent"):
        read_settings({}, tmp_path / "absent.toml")


def test_the_file_that_ships_says_the_defaults() -> None:
    assert read_settings({}, SHIPPED) == read_settings({}, None)


def test_a_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "web.key"
    key = read_or_make_key(file)
    assert len(key) >= 32
    assert read_or_make_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_other_host_names_are_not_served() -> None:
    settings = Settings(host="0.0.0.0", public_url="https://study.example:8443")
    assert trusted_hosts(settings) == ["localhost", "127.0.0.1", "[::1]", "study.example"]
