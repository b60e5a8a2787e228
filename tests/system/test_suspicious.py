"""Two real web processes on one PostgreSQL: what both refuse is one case, told once, the same from both."""

import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from hristudio_core.ops.settings import MEMORY
from hristudio_core.store import Account, Database, PostgresAccounts, PostgresAudit, Role
from tests.servers.mail import MailServer
from tests.servers.waiting import WAIT_S, until
from tests.servers.web_process import WebProcess

# A process looks every ten seconds.
LOOKS_S = 120.0
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
OPEN = 'hristudio_suspicions_open{kind="guessing"} 1.0'


@pytest.fixture
def processes(tmp_path: Path, database_url: str, mail_server: MailServer) -> Iterator[list[WebProcess]]:
    mail = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail_server.port),
        "SMTP_FROM": "studio@lab.example",
        "SMTP_SECURITY": "none",
    }
    started = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        started.append(WebProcess(folder, "", MEMORY, database_url, **mail))
    yield started
    for process in started:
        process.end()


def guess(process: WebProcess, times: int) -> None:
    """Try wrong passwords at one of them."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{process.url}/sign-in", timeout=WAIT_S).read().decode()
    form = {"csrf_token": TOKEN.search(page)[1], "email": "ada@lab.example", "password": "wrong"}
    for _ in range(times):
        with pytest.raises(HTTPError, match="401"):
            browser.open(f"{process.url}/sign-in", urlencode(form).encode(), timeout=WAIT_S)


def figures(process: WebProcess) -> str:
    return build_opener().open(f"{process.url}/metrics", timeout=WAIT_S).read().decode()


@pytest.fixture
def ada(database: Database) -> Account:
    accounts = PostgresAccounts(database)
    accounts.create("boss@lab.example", "Boss", Role.ADMINISTRATOR)
    return accounts.create("ada@lab.example", "Ada", Role.MEMBER)


def test_what_two_processes_refuse_is_one_case(
    processes: list[WebProcess], ada: Account, database: Database, mail_server: MailServer
) -> None:
    # Neither has seen enough by itself.
    for process in processes:
        guess(process, 6)
    for process in processes:
        until(lambda process=process: OPEN in figures(process), "the case in the figures", LOOKS_S)
    audit = PostgresAudit(database)
    [case] = audit.page(action="suspicion.guessing")
    # It is raised as soon as there are enough of them.
    assert (case.object, case.detail["count"] >= 10) == (f"account:{ada.id}", True)
    until(lambda: audit.page(action="suspicion.told"), "that it was told")
    [_] = audit.page(action="suspicion.told")
    until(lambda: mail_server.letters, "the letter")
    assert mail_server.recipients == ["boss@lab.example"]
    assert re.search(r"\(Ada\): 1[0-2] refused sign-ins since", mail_server.letters[0].get_content())
