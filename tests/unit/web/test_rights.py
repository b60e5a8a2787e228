"""docs/rights.md says what the code says. UPDATE_DOCS=1 has it written anew."""

import os
import re
from pathlib import Path

from hristudio_bridge.access import read_roles
from hristudio_bridge.access.reference import reference as bridge_reference
from hristudio_bridge.node import ROLES
from hristudio_bridge.ops.registry import operations
from hristudio_web.rights import COLUMNS, reference
from tests.servers.dashboard import TestDashboard
from tests.servers.names import ros_names

PAGE = Path(__file__).resolve().parents[3] / "docs" / "rights.md"
MARK = "UPDATE_DOCS=1 pytest tests/unit/web/test_rights.py -->\n"


def written(dashboard: TestDashboard) -> str:
    told = bridge_reference(
        read_roles(ROLES), [(one.name, one.open) for one in operations().values()], ros_names()
    )
    return f"{reference(dashboard.dashboard.app)}\n## Bridge\n\n{told}"


def test_the_table_of_rights_is_current(dashboard: TestDashboard) -> None:
    head, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    wanted = f"{head}{mark}\n{written(dashboard)}"
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(wanted, encoding="utf-8")
    assert mark
    assert PAGE.read_text(encoding="utf-8") == wanted, "see the first line of this file"


def test_every_route_says_what_it_does(dashboard: TestDashboard) -> None:
    rows = re.findall(r"^\| (?:GET|POST|PUT|PATCH|DELETE) \|.*\|$", written(dashboard), re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if not re.search(r"\| [A-Z][^|]*[.:] \|$", row)] == []


def test_every_permission_has_a_row_with_every_role(dashboard: TestDashboard) -> None:
    text = written(dashboard).split("## Routes")[0]
    assert "| " + " | ".join(COLUMNS) + " |" in text
    assert "| `account` | `own` | - | yes | yes | yes | yes | yes | yes |" in text
    assert "| `account` | `manage` | - | - | - | - | - | - | yes |" in text
    assert "| `robot` | `stop` | - | - | - | yes | yes | yes | yes |" in text
