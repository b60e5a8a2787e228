"""A researcher saves a trial's recording in the browser."""

from io import BytesIO
from pathlib import Path

import pytest

from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.unit.web.test_routes import stored_trial

pytestmark = pytest.mark.usefixtures("quiet")
FILM = b"a film" * 100_000


def test_a_recording_is_saved_from_the_record(dashboard: TestDashboard, people: People) -> None:
    trial_id = stored_trial(dashboard)
    media = dashboard.dashboard.app.extensions["hristudio"].media
    media.put(f"trials/{trial_id}/camera/front.mp4", BytesIO(FILM), "video/mp4")
    page = people.sign_in(StudyRole.RESEARCHER)
    page.goto(f"/trials/{trial_id}")
    page.get_by_role("link", name="Recordings").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save camera/front.mp4").click()
    assert saving.value.suggested_filename == "front.mp4"
    assert Path(saving.value.path()).read_bytes() == FILM
