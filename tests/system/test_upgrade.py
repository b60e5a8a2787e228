"""An upgrade for real: PostgreSQL, releases side by side, a dashboard; killed in every step, and back.

A release is built here in a moment: its own Python with its own program, and the packages of the test's.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import requests

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.ops.share import CHECKOUT
from hristudio_core.store import Database, PostgresAccounts, PostgresNotices, PostgresSink, check
from hristudio_core.store.migrate import catalog
from hristudio_core.upgrade import BACK_STEPS, STEPS, Ledger, Record
from tests.servers.drafts import ended, new_trial, started
from tests.servers.postgres import DatabaseUrls
from tests.servers.waiting import WAIT_S, until
from tests.system.test_release import Site

LONG_S = 300.0
LATER = "29990101000000_later"
ADDS = "CREATE TABLE later (id uuid PRIMARY KEY);"
BREAKS = f"{ADDS}\nALTER TABLE study RENAME COLUMN description TO about;"
BUILD = f'''

def build(source, folder):
    """As a release is built, without fetching anything."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    for part in ("src", "config", "launch", "deploy"):
        shutil.copytree(source / part, folder / part)
    (packages,) = folder.glob("lib/python3.*/site-packages")
    (packages / "release.pth").write_text(
        f"{{folder}}/src\\nimport site; site.addsitedir({sysconfig.get_path("purelib")!r})\\n"
    )


'''


# The program, but that it stands still at each step that it begins, until it is told to go on.
STEPWISE = """
import os, signal, sys
from hristudio_core.cli import main
from hristudio_core.upgrade import Ledger
save = Ledger.save
def stop_after(ledger, record):
    kept = save(ledger, record)
    if record.doing:
        os.kill(os.getpid(), signal.SIGSTOP)
    return kept
Ledger.save = stop_after
sys.exit(main())
"""
# Into a step, s.
HALF_DONE_S = 0.01


def make_source(folder: Path, version: str, migration: str = "", broken: bool = False) -> Path:
    """Make a checkout of a version, with one migration more."""
    for part in ("src", "config", "launch", "deploy"):
        shutil.copytree(
            CHECKOUT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    project = (CHECKOUT / "pyproject.toml").read_text()
    text = re.sub("^version = .*", f'version = "{version}"', project, flags=re.MULTILINE)
    (folder / "pyproject.toml").write_text(text)
    script = folder / "deploy" / "release.py"
    begin, end = script.read_text().split("def build(")[0], script.read_text().split("def install(python")[1]
    build = (
        BUILD
        if not broken
        else 'def build(source, folder):\n    raise ReleaseRefused("no such package")\n\n\n'
    )
    script.write_text(f"{begin}{build}def install(python{end}")
    if migration:
        add_migration(folder, migration)
    return folder


def add_migration(folder: Path, migration: str) -> None:
    sql = folder / "src" / "hristudio_core" / "store" / "sql"
    (sql / "migrations" / f"{LATER}.sql").write_text(
        f"-- migrate:up\n{migration}\n\n-- migrate:down\nSELECT 1;\n"
    )


def describe(folder: Path, owner_url: str, migration: str) -> None:
    """Have a checkout know the schema that its migration makes."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(migration)
        lines = catalog(owner)
        owner.rollback()
    (folder / "src/hristudio_core/store/sql/catalog.txt").write_text("".join(f"{line}\n" for line in lines))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_source(tmp_path_factory.mktemp("one") / "source", "9.8.0")


class Machine:
    """A web server on which the release "one" serves."""

    def __init__(self, folder: Path, base: Path, urls: DatabaseUrls) -> None:
        self.folder, self.urls = folder, urls
        self.root = folder / "opt"
        self.root.mkdir()
        install = (
            sys.executable,
            base / "deploy/release.py",
            "--root",
            self.root,
            "install",
            "--source",
            base,
        )
        subprocess.run([*install, "--name", "one", "--activate"], check=True, capture_output=True)
        (folder / "tmp").mkdir()
        self.environment = {
            "HRISTUDIO_DATA": str(folder / "data"), "TMPDIR": str(folder / "tmp"),
            "DATABASE_URL": urls.app, "DATABASE_URL_UNPOOLED": urls.owner,
        }  # fmt: skip
        self.site = Site(self.root, folder, **self.environment)
        self.program: tuple[str, ...] = ("-m", "hristudio_core.cli")

    def command(self, *words: str | Path, **other: str) -> subprocess.Popen:
        clean = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL|PYTHON", k)}
        python = self.root / "current" / "bin" / "python"
        return subprocess.Popen(
            [python, *self.program, *words], env=clean | self.environment | other,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder,
            # Tests that run in the background are started with it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def upgrade(self, verb: str, *words: str | Path, **other: str) -> subprocess.Popen:
        return self.command("upgrade", verb, *words, "--root", self.root, **other)

    def apply(self, *words: str | Path, **other: str) -> subprocess.Popen:
        given = ("--url", self.site.url, "--restart", f"kill -HUP {self.site.pid}")
        return self.upgrade("apply", *given, *words, **other)

    def until_served_by(self, release: str) -> None:
        """Wait until nobody else answers: processes that are replaced end when they have answered."""
        until(lambda: self.site.serving() == {release}, f"{release} to serve alone", LONG_S)

    @property
    def record(self) -> Record | None:
        return Ledger(self.root).last()


def of_the_guide() -> dict[str, list[str]]:
    """Give the commands that the guide prints, by what is done."""
    guide = (CHECKOUT / "docs" / "operations" / "maintenance.md").read_text()
    section = guide.split("<!-- upgrade -->")[1].split("<!-- end of upgrade -->")[0]
    lines = [shlex.split(line, comments=True) for line in section.splitlines() if "hristudio upgrade" in line]
    found = [line[line.index("upgrade") + 1 :] for line in lines]
    return {"continue" if "--continue" in words else words[0]: words for words in found}


def finished(process: subprocess.Popen, code: int = 0, typed: str = "") -> str:
    out, err = process.communicate(typed, timeout=LONG_S)
    assert process.returncode == code, f"{out}\n{err}"
    return out + err


@pytest.fixture
def machine(tmp_path: Path, base: Path, database_urls: DatabaseUrls) -> Iterator[Machine]:
    made = Machine(tmp_path, base, database_urls)
    yield made
    made.site.end()


@pytest.fixture
def next_source(tmp_path: Path, base: Path, database_urls: DatabaseUrls) -> Callable[[str, str], Path]:
    def make(version: str, migration: str) -> Path:
        folder = make_source(tmp_path / "next" / f"hristudio-{version}", version, migration)
        describe(folder, database_urls.owner, migration)
        return folder

    return make


def killed_at_each_step(
    machine: Machine, begin: Callable[[], subprocess.Popen], steps: list[str]
) -> list[str]:
    """Have a command that goes on where it was killed in each of its steps; give those in which it was."""
    seen: list[str] = []
    plain, machine.program = machine.program, ("-c", STEPWISE)
    while until_new_step(process := begin(), machine, steps, seen):
        process.send_signal(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(HALF_DONE_S)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
        # Whatever was half done, people are served.
        assert requests.get(f"{machine.site.url}/api/live", timeout=WAIT_S).status_code == 200
    finished(process)
    machine.program = plain
    return seen


def until_new_step(process: subprocess.Popen, machine: Machine, steps: list[str], seen: list[str]) -> bool:
    """Wait until another step is begun; False when the command has ended first."""
    while until(lambda: _ended(process) or _stands(process), "the next step", LONG_S) != "ended":
        step = machine.record.doing
        if step in steps and step not in seen:
            seen.append(step)
            return True
        process.send_signal(signal.SIGCONT)
    return False


def _ended(process: subprocess.Popen) -> str:
    return "ended" if process.poll() is not None else ""


def _stands(process: subprocess.Popen) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).status() == psutil.STATUS_STOPPED
    return False


def test_killed_in_every_step_it_goes_on_forth_and_back(
    machine: Machine, next_source: Callable[[str, str], Path], database: Database, database_urls: DatabaseUrls
) -> None:
    source, journal, trial = next_source("9.9.0", ADDS), MemoryJournal(), new_trial()
    guide = of_the_guide()
    assert list(guide) == ["plan", "apply", "continue", "rollback"]
    archive = machine.folder / guide["plan"][1]
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(source, source.name)
    shutil.rmtree(source)
    shipper = Shipper(journal, PostgresSink(database))
    ada = PostgresAccounts(database).create("ada@example.org", "Ada", "member")

    planned = finished(machine.upgrade(*guide["plan"]))
    assert "from one (9.8.0) to 9.9.0 (9.9.0): the same or a minor" in planned
    assert "later: only adds" in planned
    assert "no restore" in planned

    # A trial runs: without patience it is refused, with it the trial comes to its end.
    journal.append(trial, [started()])
    assert shipper.step().error == ""
    assert "trials run: greeting on robot" in finished(machine.apply(archive, "--now"), 3)
    assert machine.record is None
    assert "greeting on robot" in finished(machine.upgrade("plan", archive))

    def forth() -> subprocess.Popen:
        if machine.record is None:
            return machine.apply(*guide["apply"][1:])
        if machine.record.doing == "idle":
            assert PostgresNotices(database).current().message == "Upgrade to 1.2"
            journal.append(trial, [ended()])
            assert shipper.step().error == ""
        return machine.apply(*guide["continue"][1:])

    seen = killed_at_each_step(machine, forth, list(STEPS))
    assert seen == list(STEPS)
    assert machine.record.outcome == "upgraded"
    machine.until_served_by("9.9.0")
    assert PostgresNotices(database).current() is None
    with psycopg.connect(database_urls.owner) as owner:
        assert owner.execute("SELECT to_regclass('later') IS NOT NULL").fetchone() == (True,)
    assert "no upgrade is half done" in finished(machine.apply("--continue"), 3)

    # Nothing is asked for: the former release goes on with the newer schema.
    seen = killed_at_each_step(machine, lambda: machine.upgrade(*guide["rollback"]), list(BACK_STEPS))
    assert seen == [step for step in BACK_STEPS if step not in {"idle", "restore"}]
    assert machine.record.outcome == "rolled back"
    machine.until_served_by("one")
    assert PostgresNotices(database).current() is None
    assert PostgresAccounts(database).get(ada.id) == ada
    assert "there is no upgrade to take back" in finished(machine.upgrade("rollback"), 3)


def test_the_way_back_from_a_major_version_brings_the_database_back(
    machine: Machine, next_source: Callable[[str, str], Path], database: Database, database_urls: DatabaseUrls
) -> None:
    source = next_source("10.0.0", BREAKS)
    planned = json.loads(finished(machine.upgrade("plan", source, "--json")).strip())
    assert (planned["kind"], planned["restore"], planned["problems"]) == ("major", True, [])
    assert planned["migrations"][0]["breaks"] == ["ALTER TABLE study RENAME COLUMN description TO about"]
    accounts = PostgresAccounts(database)
    before = accounts.create("before@example.org", "Before", "member")
    finished(machine.apply(source))
    machine.until_served_by("10.0.0")
    after = accounts.create("after@example.org", "After", "member")
    backup = machine.record.backup
    refused = finished(machine.upgrade("rollback"), 3, typed="yes\n")
    assert f"not confirmed: 'yes' is not {backup}" in refused
    assert machine.site.serving() == {"10.0.0"}
    assert machine.record.outcome == "upgraded"
    finished(machine.upgrade("rollback"), typed=f"{backup}\n")
    machine.until_served_by("one")
    assert PostgresNotices(database).current() is None
    check(database_urls.owner)
    assert accounts.get(before.id) == before
    assert not accounts.find("after@example.org"), after
    # What was there is not lost either.
    listed = json.loads(finished(machine.command("backup", "list", "--json")))
    assert len(listed) == 2


def test_what_fails_destroys_nothing_and_says_what_to_do(
    machine: Machine, next_source: Callable[[str, str], Path], database: Database, tmp_path: Path
) -> None:
    notices, journal, trial = PostgresNotices(database), MemoryJournal(), new_trial()
    shipper = Shipper(journal, PostgresSink(database))
    source = next_source("9.9.0", ADDS)

    # A trial that takes longer than anybody wants to wait: the doors are opened again, or were never closed.
    journal.append(trial, [started()])
    assert shipper.step().error == ""
    for patience, step in ((("--wait", "0.01"), "idle"), (("--wait", "0.01", "--when-idle"), "install")):
        told = finished(machine.apply(source, *patience), 3)
        assert f"step {step}: trials run still: greeting on robot" in told
        assert (notices.current(), machine.site.serving()) == (None, {"one"})
        assert not machine.record.touched
    waiting = machine.apply(source)
    until(lambda: machine.record.doing == "idle" and notices.current(), "the notice", LONG_S)
    waiting.send_signal(signal.SIGINT)
    assert "step idle: interrupted" in finished(waiting, 3)
    assert notices.current() is None
    journal.append(trial, [ended()])
    assert shipper.step().error == ""

    broken = make_source(tmp_path / "broken", "9.9.1", broken=True)
    assert "no such package" in (told := finished(machine.apply(broken), 3))
    assert "Nothing was changed, and people work on" in told
    assert not machine.record.touched

    (tmp_path / "in the way").write_text("a file")
    store = f"file://{tmp_path / 'in the way' / 'backups'}"
    told = finished(machine.apply(source, HRISTUDIO_BACKUP_STORE=store), 3)
    assert "step backup" in told
    assert "no backup was made" in told
    assert notices.current() is None
    assert machine.site.serving() == {"one"}
    assert "given up; it had changed nothing" in finished(machine.upgrade("rollback"))

    add_migration(source, "CREATE TABLE later (id no_such_type);")
    told = finished(machine.apply(source, "--name", "wrong"), 3)
    assert "step migrate" in told
    assert "no_such_type" in told
    assert "upgrade apply --continue" in told
    assert notices.current().message == "Upgrade to 9.9.0"
    assert machine.site.serving() == {"one"}
    assert "is not at its end" in finished(machine.apply(source), 3)
    finished(machine.upgrade("rollback"))
    assert notices.current() is None

    add_migration(source, ADDS)
    told = finished(machine.apply(source, "--name", "two", "--restart", "false"), 3)
    assert "step restart" in told
    told = finished(machine.apply("--continue", "--url", "http://127.0.0.1:1"), 3)
    assert "step check" in told
    assert "does not answer" in told
    assert notices.current() is not None
    finished(machine.apply("--continue"))
    machine.until_served_by("two")
    assert notices.current() is None


def test_what_cannot_be_is_refused_before_anything_is_done(
    tmp_path: Path, base: Path, database_urls: DatabaseUrls
) -> None:
    given = {"HRISTUDIO_DATA": str(tmp_path / "data"), "DATABASE_URL": database_urls.owner}

    def refused(target: Path, *words: str | Path, **other: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hristudio_core.cli", "upgrade", "plan", target, *words],
            env={**os.environ, **given, **other},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in {1, 3}, done.stdout
        return done.stdout + done.stderr

    assert "is a wheel" in refused(tmp_path / "hristudio-1.0-py3-none-any.whl")
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    assert "cannot be unpacked" in refused(tmp_path / "broken.tar.gz")
    assert "is no checkout of HRIStudio" in refused(tmp_path)
    root = tmp_path / "opt"
    root.mkdir()
    assert "no release serves" in refused(base, "--root", root)
    serving = root / "releases" / "one"
    serving.mkdir(parents=True)
    (serving / "release.json").write_text('{"version": "9.9.0", "installed_at": ""}')
    (root / "current").symlink_to("releases/one")
    assert "9.8.0 is older than 9.9.0" in refused(base, "--root", root)
    # As large as all that is free, though nothing of it is written.
    with (serving / "large").open("wb") as sparse:
        sparse.truncate(shutil.disk_usage(root).free)
    assert "MB are needed" in refused(base, "--root", root)
