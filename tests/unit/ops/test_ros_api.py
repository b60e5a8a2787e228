"""docs/ros-api.md says what the interfaces say. UPDATE_DOCS=1 has it written anew."""

import importlib
import os
import re

from hristudio_core.ops.interface_docs import reference
from hristudio_core.ops.share import CHECKOUT

PAGE = CHECKOUT / "docs" / "ros-api.md"
MARK = "UPDATE_DOCS=1 pytest tests/unit/ops/test_ros_api.py -->\n"
NAME = re.compile(
    r"^\| `(?P<name>[a-z_/]+)` \| (?P<kind>\w+)[^|]* \| `(?P<package>\w+)/(?P<folder>\w+)/(?P<type>\w+)`",
    re.MULTILINE,
)


def test_the_reference_is_current():
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    wanted = f"{head}{mark}\n{reference(CHECKOUT)}"
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(wanted, encoding="utf-8")
    assert mark
    assert PAGE.read_text(encoding="utf-8") == wanted, "see the first line of this file"


def test_every_field_is_there_with_its_unit():
    text = reference(CHECKOUT)
    assert "### action/RunTrial" in text
    assert "**Feedback**" in text
    for kind in ("msg", "srv", "action"):
        for path in (CHECKOUT / kind).glob(f"*.{kind}"):
            section = text.split(f"### {kind}/{path.stem}\n")[1].split("\n### ")[0]
            fields = re.findall(r"^[a-zA-Z]\S*\s+([a-z][a-z0-9_]*)", path.read_text(), re.MULTILINE)
            assert re.findall(r"^\| `([a-z0-9_]+)` \|", section, re.MULTILINE) == fields


def test_every_interface_tells_what_it_is_for():
    sections = reference(CHECKOUT).split("\n### ")[1:]
    assert sections
    for section in sections:
        name, _, rest = section.partition("\n\n")
        assert rest[:1].isupper(), f"{name} has no comment at its top"


def test_the_named_types_exist():
    found = list(NAME.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(found) > 15
    for match in found:
        module = importlib.import_module(f"{match['package']}.{match['folder']}")
        assert hasattr(module, match["type"])
        assert match["folder"] == {"topic": "msg", "service": "srv", "action": "action"}[match["kind"]]
