"""Who takes part, in a real browser and a real PostgreSQL: a long list, and somebody who withdraws."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from hristudio_core.store import LAB_BENCH, Database, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.postgres import DatabaseUrls

BASE = f"/studies/{LAB_BENCH}/participants"

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def dashboard(tmp_path: Path, database: Database) -> Iterator[TestDashboard]:
    served = TestDashboard(tmp_path, database=database)
    yield served
    served.close()


def test_ten_thousand_are_imported_from_a_spreadsheet_and_one_withdraws(
    people: People, database_urls: DatabaseUrls
) -> None:
    rows = "".join(
        f"P{number:05};group {number % 3};Zoë {number};;2026-01-31\r\n" for number in range(10_000)
    )
    list_ = f"\ufeffCode;Group;Name;E-mail;Consent date\r\n{rows}".encode()
    page = people.sign_in(StudyRole.RESEARCHER)
    page.goto(BASE)
    page.get_by_role("link", name="Import a list").click()
    page.get_by_label("File").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": list_.replace(b"P00002", b"P00001", 1)}
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_test_id("problem")).to_have_text("Line 4: P00001 stands on line 3 already")
    page.get_by_label("Another file").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": list_}
    )
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("button", name="Add 10000 participants").click()
    expect(page.get_by_test_id("flash")).to_have_text("10000 participants added.")
    page.get_by_label("Code").first.fill("p09998")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="P09998").click()
    page.get_by_role("link", name="Show personal data").click()
    expect(page.get_by_label("Name")).to_have_value("Zoë 9998")
    page.get_by_role("link", name="Back to P09998").click()
    page.get_by_text("Erase personal data for good").click()
    page.get_by_label("Type P09998 to confirm").fill("P09998")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_test_id("flash")).to_contain_text("are erased")
    with psycopg.connect(database_urls.owner) as connection:
        kept = connection.execute("SELECT count(*) FROM participant_person").fetchone()
        told = connection.execute(
            "SELECT count(*) FROM audit WHERE action IN ('participant.person_viewed', 'participant.erased')"
        ).fetchone()
        readable = connection.execute(
            "SELECT count(*) FROM participant_person WHERE sealed LIKE '%Zoë%'"
        ).fetchone()
    assert (kept, told, readable) == ((9_999,), (2,), (0,))


def test_a_new_participant_by_keyboard_alone(people: People) -> None:
    page = people.sign_in(StudyRole.RESEARCHER)
    page.goto(BASE)
    page.locator("#code").focus()
    page.keyboard.type("P01")
    page.keyboard.press("Tab")
    page.keyboard.type("gaze")
    for _ in range(12):  # past the parts of the day of consent
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("participant")).to_have_count(1)
    expect(page.get_by_test_id("participant")).to_contain_text("kept")
