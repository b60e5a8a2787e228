"""`--help` of a node tells about every parameter, and starts nothing."""

import pytest

from hristudio_core.nodes import event_logger, sim_robot, skill_server, trial_manager


@pytest.mark.parametrize("module", [event_logger, sim_robot, skill_server, trial_manager])
def test_help_names_the_parameters_and_starts_nothing(module, capsys: pytest.CaptureFixture[str]) -> None:
    name = module.__name__.rpartition(".")[2]
    assert module.main([f"/opt/ros/lib/hristudio/{name}", "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"usage: {name} ")
    assert "  autostart (true)\n" in told
    assert told.count("\n  ") > 3
