"""Logs: nothing about people in them, rotated, shipped, and never in the way of what they tell about."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from hristudio_core.ops.console import Console
from hristudio_core.ops.logline import Level, LineReader, LogLine
from hristudio_core.ops.logs import HIDDEN, Entry, LogFiles, Shipper, open_sinks, scrub
from hristudio_core.ops.settings import LogForm, LogSettings
from tests.servers.waiting import until

TOKEN = "collector-token"


class Collector(http.server.ThreadingHTTPServer):
    """Takes batches of lines; `broken`: says 503; `free` cleared: takes a request and does not answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.batches: list[list[dict]] = []
        self.asked = 0
        self.broken = False
        self.free = threading.Event()
        self.free.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/logs"

    @property
    def texts(self) -> list[str]:
        return [line["text"] for batch in self.batches for line in batch]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        self.server.free.wait()
        if self.server.broken or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_error(503)
            return
        self.server.batches.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.free.set()
        server.shutdown()
        thread.join()


def entry(text: str, level: Level = Level.INFO) -> Entry:
    return Entry(1_800_000_000.0, "web", level, text)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            "connect postgresql://ada:word@10.0.0.1/x failed",
            f"connect postgresql://{HIDDEN}@10.0.0.1/x failed",
        ),
        ("mail to ada.l@lab.example bounced", f"mail to {HIDDEN} bounced"),
        ("GET /sign-in/abcdefghijklmnopq 410", f"GET /sign-in/{HIDDEN} 410"),
        ("Authorization: Bearer abcdefghijkl", f"Authorization: {HIDDEN}"),
        ("sent Bearer abcdefghijkl", f"sent Bearer {HIDDEN}"),
        ("password=word robot=nao", f"password={HIDDEN} robot=nao"),
        ("started participant=P07 mode=live", f"started participant={HIDDEN} mode=live"),
        ('{"email": "a b", "step": "x"}', f'{{"email": {HIDDEN}, "step": "x"}}'),
        ("AWS_SECRET_ACCESS_KEY=word robot=nao", f"AWS_SECRET_ACCESS_KEY={HIDDEN} robot=nao"),
        ("SECRET_KEY: word", f"SECRET_KEY: {HIDDEN}"),
        ('{"access_token": "word"}', f'{{"access_token": {HIDDEN}}}'),
        ("new_password=word client-secret=word", f"new_password={HIDDEN} client-secret={HIDDEN}"),
        ("participant_code=P07", f"participant_code={HIDDEN}"),
        ("jwt eyJhbGciOi.eyJzdWIi.abc-_", f"jwt {HIDDEN}"),
        # What finds a fault is kept.
        (
            "skill say failed: code=timeout at 10.0.0.7:9090",
            "skill say failed: code=timeout at 10.0.0.7:9090",
        ),
        ("[nao.skill_server]: exit code 3, token bucket", "[nao.skill_server]: exit code 3, token bucket"),
        ("event 0191f0a0-7000-7000-8000-000000000001", "event 0191f0a0-7000-7000-8000-000000000001"),
    ],
)
def test_what_says_who_somebody_is_is_hidden(told: str, kept: str) -> None:
    assert "ada" not in scrub(told)
    assert "word@" not in scrub(told)
    assert scrub(told) == kept


def test_no_way_out_of_the_console_tells_who_somebody_is(tmp_path: Path, collector: Collector) -> None:
    settings = LogSettings(url=collector.url, token=TOKEN, form=LogForm.JSON)
    out = StringIO()
    console = Console(out, as_json=True, sinks=open_sinks(settings, tmp_path, "web"), clock=time.time)
    printed = '{"event": "sign-in of ada@lab.example", "level": "error", "email": "ada", "request_id": "r-1"}'
    console.line("web", LineReader().read(printed))
    until(lambda: collector.batches, "the line at the collector")
    console.close()
    files = "".join(path.read_text() for path in tmp_path.iterdir())
    everywhere = f"{out.getvalue()}{files}{collector.batches}"
    assert everywhere.count("r-1") >= 4
    assert "ada" not in everywhere


def test_errors_have_a_file_of_their_own(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, "hristudio", LogSettings())
    files.take(entry("all is well"))
    files.take(entry("it broke", Level.ERROR))
    files.close()
    assert len((tmp_path / "hristudio.log").read_text().splitlines()) == 2
    (error,) = (tmp_path / "hristudio-error.log").read_text().splitlines()
    assert "ERROR it broke" in error


def test_files_rotate_by_size_and_the_oldest_go(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, "web", LogSettings(file_bytes=10_000, file_count=2, form=LogForm.JSON))
    for number in range(400):
        files.take(entry(f"line {number} {'x' * 100}"))
    files.close()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2"]
    assert all(path.stat().st_size <= 10_000 for path in tmp_path.iterdir())
    last = json.loads((tmp_path / "web.log").read_text().splitlines()[-1])
    assert last["text"].startswith("line 399")


def test_nothing_is_written_or_sent_that_is_off(tmp_path: Path) -> None:
    before = threading.active_count()
    assert open_sinks(LogSettings(files=False), tmp_path, "web") == ()
    assert threading.active_count() == before
    assert list(tmp_path.iterdir()) == []


def test_lines_arrive_in_order_and_in_batches(collector: Collector) -> None:
    shipper = Shipper(collector.url, TOKEN)
    for number in range(1200):
        shipper.take(entry(str(number)))
    until(lambda: len(collector.texts) == 1200, "the lines")
    shipper.close()
    assert collector.texts == [str(number) for number in range(1200)]
    assert len(collector.batches) < 100


def test_a_collector_that_comes_back_gets_everything_once(collector: Collector) -> None:
    collector.broken = True
    shipper = Shipper(collector.url, TOKEN, pauses_s=(0.01,))
    for number in range(20):
        shipper.take(entry(str(number)))
    until(lambda: collector.asked >= 3, "some vain tries")
    collector.broken = False
    until(lambda: len(collector.texts) == 20, "the lines")
    assert collector.texts == [str(number) for number in range(20)]
    shipper.close()


def test_a_collector_that_hangs_costs_old_lines_and_never_time(collector: Collector) -> None:
    collector.free.clear()
    shipper = Shipper(collector.url, TOKEN, longest_queue=100, pauses_s=(0.01,), answer_s=120)
    shipper.take(entry("first"))
    until(lambda: collector.asked == 1, "a request that hangs")
    # The collector is let go only when all of these are taken: one that waited for it would never be.
    for number in range(5000):
        shipper.take(entry(str(number)))
    assert shipper.waiting <= 100
    assert shipper.dropped == 4900
    collector.free.set()
    until(lambda: "4999" in collector.texts, "the newest line")
    assert collector.texts[0] == "first"
    assert collector.texts[1] == "4900 lines before this one were dropped"
    assert collector.texts[2:] == [str(number) for number in range(4900, 5000)]
    until(lambda: shipper.dropped == 0, "the loss to be told")
    shipper.close()


def test_a_collector_that_is_not_there_keeps_no_process_from_ending() -> None:
    shipper = Shipper("http://127.0.0.1:9/logs")
    shipper.take(entry("lost"))
    began_s = time.monotonic()
    shipper.close()
    assert time.monotonic() - began_s < 10


def test_fields_stay_fields(tmp_path: Path) -> None:
    out = StringIO()
    console = Console(out, as_json=True, clock=lambda: 1.0)
    printed = '{"event": "command", "level": "info", "request_id": "abc", "event_id": "e", "text": "odd"}'
    console.line("web", LineReader().read(printed))
    told = json.loads(out.getvalue())
    assert (told["request_id"], told["event_id"], told["process"], told["time"]) == ("abc", "e", "web", 1.0)
    assert told["text"].startswith("command ")
    console.line("web", LogLine(Level.INFO, "plain"))
