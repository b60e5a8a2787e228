"""The README promises nothing that is not there. Its tour is run in tests/system."""

import re

from hristudio_core.cli._command import build_parser
from hristudio_core.ops.settings import Settings, variables
from hristudio_core.ops.share import CHECKOUT

TEXT = (CHECKOUT / "README.md").read_text(encoding="utf-8")
PAGES = (CHECKOUT / "README.md", CHECKOUT / "docs" / "architecture.md", CHECKOUT / "docs" / "robots.md")


def test_the_settings_are_those_that_are_read():
    table = TEXT.split("<!-- settings -->\n")[1].split("<!-- end of settings -->")[0]
    rows = []
    for name, variable in variables().items():
        default = str(getattr(Settings(), name))
        shown = f"`{default}`" if default else ""
        if name == "data":
            shown = "`.hristudio` here; installed: `$XDG_DATA_HOME/hristudio`"
        rows.append(
            f"| `{variable.name}` | {shown} | {variable.meaning}{' (secret)' if variable.secret else ''} |\n"
        )
    assert table == "".join(rows)


def test_every_command_line_is_understood():
    lines = re.findall(r"^hristudio .*$", "\n".join(page.read_text() for page in PAGES), re.MULTILINE)
    assert len(lines) > 10
    for line in lines:
        words = re.findall(r'"[^"]*"|\S+', line.split(" # ")[0].split("  #")[0])
        build_parser().parse_args([word.strip('"') for word in words[1:]])


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(((?!http)[^)#]+)\)", TEXT):
        if not target.startswith("docs/images/"):
            assert (CHECKOUT / target).exists(), target
