"""The pattern that all nodes follow, tried on a node of its own in its own process."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import DescribeParameters, SetParameters

from hristudio_core.nodes._foundation import process
from hristudio_core.ops.settings import _reading
from tests.servers.observer import Observer
from tests.servers.processes import python_module

PROBE = "tests.servers.probe_node"
SHARE = ".local/share/hristudio"


@pytest.fixture
def observer() -> Iterator[Observer]:
    with Observer() as observer:
        yield observer


def set_double(observer: Observer, name: str, value: float):
    held = ParameterValue(type=ParameterType.PARAMETER_DOUBLE, double_value=value)
    reply = observer.call(
        SetParameters, "/lab/probe/set_parameters", parameters=[Parameter(name=name, value=held)]
    )
    return reply.results[0]


def test_brings_itself_to_active_and_tells_how_it_is(observer: Observer) -> None:
    with python_module(PROBE, "--ros-args", "-r", "__ns:=/lab", "-p", "rate:=2.5") as probe:
        observer.until_active("/lab/probe")
        heard = observer.listen(DiagnosticArray, "/diagnostics")
        # Other nodes may speak on this topic, too.
        status = observer.until(lambda: next((s for m in heard for s in m.status if s.name == "probe"), None))
        assert (status.name, status.hardware_id, status.level) == ("probe", "/lab", DiagnosticStatus.WARN)
        assert set_double(observer, "gain", 4.0).successful
        observer.until(
            lambda: any(s.name == "probe" and s.values[0].value == "4.0" for m in heard for s in m.status)
        )
    assert "acting at 2.5" in probe.printed


@pytest.mark.parametrize(
    ("place", "value", "within"),
    [
        ("HRISTUDIO_DATA", "/srv/lab", ""),
        ("XDG_DATA_HOME", "/srv", "hristudio"),
        ("HOME", "/home/ada", SHARE),
    ],
)
def test_an_installed_node_looks_for_the_debug_mode_where_the_command_puts_it(
    monkeypatch: pytest.MonkeyPatch, place: str, value: str, within: str
) -> None:
    monkeypatch.setattr(_reading, "is_checkout", lambda: False)
    for name in process.PLACES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(place, value)
    # It is for others, and keeps no node from running.
    monkeypatch.setenv("HRISTUDIO_WEB_PORT", "none")
    assert process._run_folder() == Path(value) / within / "run"


def test_describes_its_parameters_and_guards_them(observer: Observer) -> None:
    with python_module(PROBE, "--ros-args", "-r", "__ns:=/lab"):
        observer.until_active("/lab/probe")
        reply = observer.call(DescribeParameters, "/lab/probe/describe_parameters", names=["rate", "names"])
        rate, names = reply.descriptors
        assert rate.description == "How often, Hz"
        assert (rate.floating_point_range[0].from_value, rate.floating_point_range[0].to_value) == (0.1, 10.0)
        assert rate.read_only
        assert names.type == ParameterType.PARAMETER_STRING_ARRAY
        assert not set_double(observer, "rate", 3.0).successful


def test_a_doubled_signal_still_ends_in_order(observer: Observer) -> None:
    with python_module(PROBE) as probe:
        observer.until_active("/probe")
        while probe.process.poll() is None:
            probe.process.send_signal(signal.SIGINT)
            observer.during(0.02, lambda: True)
        assert probe.wait() == 0
        assert "Traceback" not in probe.printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_in_order_on_a_signal(observer: Observer, number: int) -> None:
    with python_module(PROBE) as probe:
        observer.until_active("/probe")
        assert probe.end(number) == 0
    assert "acts no more" in probe.printed
    assert "cleaned up" in probe.printed
    assert "Traceback" not in probe.printed


def test_a_lifecycle_manager_may_start_and_end_it(observer: Observer) -> None:
    with python_module(PROBE, "--ros-args", "-p", "autostart:=false") as probe:
        assert observer.call(GetState, "/probe/get_state").current_state.label == "unconfigured"
        for step in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
            assert observer.call(ChangeState, "/probe/change_state", transition=Transition(id=step)).success
        assert observer.call(GetState, "/probe/get_state").current_state.label == "active"
        ending = Transition(id=Transition.TRANSITION_ACTIVE_SHUTDOWN)
        observer.ask(ChangeState, "/probe/change_state", transition=ending)
        # Its reply may not leave the process that ends.
        observer.until(lambda: probe.process.poll() is not None, what="the end")
        assert probe.wait() == 0
    assert "cleaned up" in probe.printed


def test_may_be_configured_again(observer: Observer) -> None:
    with python_module(PROBE) as probe:
        observer.until_active("/probe")
        for step in (
            Transition.TRANSITION_DEACTIVATE,
            Transition.TRANSITION_CLEANUP,
            Transition.TRANSITION_CONFIGURE,
            Transition.TRANSITION_ACTIVATE,
        ):
            assert observer.call(ChangeState, "/probe/change_state", transition=Transition(id=step)).success
        observer.until(lambda: observer.node.count_publishers("/probed") == 1)
        observer.until(lambda: observer.node.count_services("/probe/ask") == 1)
        assert probe.end() == 0
    assert probe.printed.count("cleaned up") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-p", "trouble:=configure"], 1, "could not configure: ValueError: trouble in configure"),
        (["-p", "trouble:=activate"], 1, "could not activate: ValueError: trouble in activate"),
        (["-p", "trouble:=callback"], 1, "ValueError: trouble in callback"),
        (["-p", "rate:=20.0"], 2, "rate out of range"),
        (["-p"], 2, "Couldn't parse trailing -p flag"),
    ],
)
def test_says_why_it_cannot_run(arguments: list[str], code: int, said: str) -> None:
    with python_module(PROBE, "--ros-args", *arguments) as probe:
        assert probe.wait() == code
    assert said in probe.printed
