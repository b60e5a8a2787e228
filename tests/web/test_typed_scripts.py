"""Words that would be scripts, on the live page, which is drawn by scripts."""

import pytest
from playwright.sync_api import expect

from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People

pytestmark = pytest.mark.usefixtures("quiet")
SCRIPT = "<img src=hri onerror=\"document.title='obeyed'\"><script>document.title='obeyed'</script>"


def test_a_note_is_only_ever_words(running: TestDashboard, people: People) -> None:
    del running
    wizard, observer = people.drive(), people.watch(StudyRole.OBSERVER)
    for page in (wizard, observer):
        page.get_by_label("all kinds").check()
    observer.get_by_test_id("note").fill(SCRIPT)
    observer.get_by_test_id("note").press("Enter")
    for page in (wizard, observer):
        expect(page.get_by_test_id("stream")).to_contain_text("<img src=hri")
        assert page.locator("img[src=hri]").count() == 0
        assert "obeyed" not in page.title()
