from pathlib import Path

import pytest

from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.settings import MASK, read_settings, variables
from hristudio_core.ops.share import CHECKOUT


def test_a_checkout_keeps_its_data_to_itself():
    assert read_settings({"HOME": "/home/ada"}).data == CHECKOUT / ".hristudio"


def test_installed_the_defaults_follow_the_xdg_specification(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hristudio_core.ops.settings.is_checkout", lambda: False)
    assert read_settings({"HOME": "/home/ada"}).data == Path("/home/ada/.local/share/hristudio")
    assert read_settings({"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}).data == Path("/data/hristudio")
    # The specification has relative paths ignored.
    assert read_settings({"HOME": "/home/ada", "XDG_DATA_HOME": "data"}).data.is_relative_to("/home/ada")


def test_values_are_read_by_their_type():
    settings = read_settings(
        {"HRISTUDIO_DATA": "/srv/study", "HRISTUDIO_WEB_PORT": "0", "ROS_DOMAIN_ID": "7"}
    )
    assert (settings.data, settings.web_port, settings.domain) == (Path("/srv/study"), 0, 7)


def test_an_empty_variable_counts_as_unset():
    assert read_settings({"HRISTUDIO_WEB_PORT": "", "DATABASE_URL": ""}) == read_settings({})


def test_all_problems_are_told_at_once():
    environment = {
        "HRISTUDIO_DATA": "study",
        "HRISTUDIO_WEB_PORT": "http",
        "HRISTUDIO_BRIDGE_PORT": "70000",
        "HRISTUDIO_LOG_LEVEL": "loud",
        "ROS_DOMAIN_ID": "-1",
        "DATABASE_URL": "mysql://root:hunter2@db/x",
    }
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings(environment)
    assert len(caught.value.problems) == len(environment)
    for name in environment:
        assert name in str(caught.value)


def test_a_secret_is_never_told():
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings({"DATABASE_URL": "mysql://root:hunter2@db/x"})
    assert "hunter2" not in str(caught.value)
    masked = read_settings({"DATABASE_URL": "postgresql://ada:hunter2@db:5433/x?sslmode=require"}).masked()
    assert masked["DATABASE_URL"] == f"postgresql://ada:{MASK}@db:5433/x?sslmode=require"


@pytest.mark.parametrize("number", ["٣", "1e3", " 8000", "0x10"])
def test_a_port_is_written_in_plain_digits(number: str):
    with pytest.raises(SettingsInvalidError):
        read_settings({"HRISTUDIO_WEB_PORT": number})


def test_every_variable_says_what_it_means():
    assert all(variable.meaning and variable.name.isupper() for variable in variables().values())
