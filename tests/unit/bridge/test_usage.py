import pytest

from hristudio_bridge.node import main
from hristudio_bridge.settings import Settings
from hristudio_bridge.usage import asks_for_help


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_names_every_parameter_and_starts_nothing(capsys, word):
    assert main(["bridge", word]) == 0
    told = capsys.readouterr().out
    assert all(f"  {name} (" in told for name in Settings.descriptions())


def test_what_follows_ros_args_is_for_ros():
    assert not asks_for_help(["--ros-args", "-p", "x:=--help", "--help"])
