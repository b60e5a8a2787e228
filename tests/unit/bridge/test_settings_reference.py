from pathlib import Path

import yaml

from hristudio_bridge.ops.registry import operations
from hristudio_bridge.rosapi.book import Builtins
from hristudio_bridge.settings import Settings

ROOT = Path(__file__).parents[3]


def test_the_parameter_file_holds_every_parameter_with_its_default():
    document = yaml.safe_load((ROOT / "config/bridge.yaml").read_text())
    expected = {name: default for name, (default, _) in Settings.descriptions().items()}
    assert document["/**/bridge"]["ros__parameters"] == expected


def test_the_guide_names_every_parameter_operation_and_service():
    guide = (ROOT / "docs/bridge.md").read_text()
    names = [*Settings.descriptions(), *operations()]
    names += [service.rpartition("/")[2] for service in Builtins("/").types()]
    assert [name for name in names if f"`{name}`" not in guide] == []
