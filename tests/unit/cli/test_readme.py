"""The README promises nothing that is not there. Its tour is run in tests/system."""

import os
import re

from hristudio_core.cli._command import build_parser
from hristudio_core.ops.settings import reference, table, variables
from hristudio_core.ops.share import CHECKOUT

TEXT = (CHECKOUT / "README.md").read_text(encoding="utf-8")
PAGES = (CHECKOUT / "README.md", CHECKOUT / "docs" / "architecture.md", CHECKOUT / "docs" / "robots.md")


SHOWN = (
    "HRISTUDIO_DATA",
    "HRISTUDIO_ENV_FILE",
    "DATABASE_URL",
    "DATABASE_URL_UNPOOLED",
    "HRISTUDIO_WEB_HOST",
    "HRISTUDIO_WEB_PORT",
    "HRISTUDIO_PUBLIC_URL",
    "HRISTUDIO_BRIDGE_HOST",
    "HRISTUDIO_BRIDGE_PORT",
    "HRISTUDIO_LOG_LEVEL",
    "ROS_DOMAIN_ID",
)
SETTINGS_PAGE = CHECKOUT / "docs" / "operations" / "settings.md"


def test_the_settings_are_those_that_are_read():
    by_name = {variable.name: variable for variable in variables().values()}
    wanted = table(by_name[name] for name in SHOWN)
    marks = ("<!-- settings -->\n", "<!-- end of settings -->")
    before, _, rest = TEXT.partition(marks[0])
    shown, _, after = rest.partition(marks[1])
    if os.environ.get("UPDATE_DOCS"):
        (CHECKOUT / "README.md").write_text(f"{before}{marks[0]}{wanted}{marks[1]}{after}")
        return
    assert shown == wanted


def test_the_page_of_settings_is_generated():
    if os.environ.get("UPDATE_DOCS"):
        SETTINGS_PAGE.parent.mkdir(exist_ok=True)
        SETTINGS_PAGE.write_text(reference())
    assert SETTINGS_PAGE.read_text() == reference()


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
