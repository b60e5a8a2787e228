"""What a support bundle takes out, and what it holds when parts are broken."""

import json
import tarfile
import time
from pathlib import Path

from hristudio_core.ops import bundle
from hristudio_core.ops.bundle import write_bundle


def read(path: Path) -> dict[str, str]:
    with tarfile.open(path) as archive:
        return {
            one.name.partition("/")[2]: archive.extractfile(one).read().decode()
            for one in archive.getmembers()
        }


def broken() -> object:
    raise RuntimeError("password=hush is wrong for P012")


def test_known_words_go_and_others_stay(tmp_path: Path) -> None:
    logs = tmp_path / "log"
    logs.mkdir()
    (logs / "a.log").write_text("P01 met Ada Lovelace; P012 did not\n")
    told = write_bundle(
        tmp_path / "b.tar.gz",
        {"x.txt": lambda: "key: s3cr3t\n"},
        logs,
        {"P01", "ada lovelace", "s3cr3t", "", "P"},
    )
    assert read(tmp_path / "b.tar.gz") == {
        "x.txt": "key: [hidden]\n",
        "log/a.log": "[hidden] met [hidden]; P012 did not\n",
    }
    assert told.missing == {}


def test_words_are_hidden_whatever_they_begin_and_end_with(tmp_path: Path) -> None:
    hidden = {"ada", "Ada Lovelace", "ada@lab.example", "$ecret!", "Zoë", "P_1"}
    told = (
        "Ada, ADA LOVELACE adams <ada@lab.example> ada@lab.examples key=$ecret! x$ecret! zoë. P_1 P_12 P_1_"
    )
    write_bundle(tmp_path / "b.tar.gz", {"x.txt": lambda: told}, tmp_path / "none", hidden)
    assert read(tmp_path / "b.tar.gz")["x.txt"] == (
        "[hidden], [hidden] adams <[hidden]> [hidden] key=[hidden] x$ecret! [hidden]. [hidden] P_12 P_1_"
    )


def test_thousands_of_codes_cost_little_more_than_one(tmp_path: Path) -> None:
    """A dashboard that serves live pages makes bundles."""
    line = '{"event": "answered", "route": "/trials/<trial_id>", "status": 200, "who": "r00017"}\n' * 2000
    took_s = []
    for number in (1, 10_000):
        began_s = time.thread_time()
        codes = {f"{chr(97 + code % 26)}{code:05}" for code in range(17, 17 + number)}
        write_bundle(tmp_path / "b.tar.gz", {"x.txt": lambda: line}, tmp_path / "none", codes)
        took_s.append(time.thread_time() - began_s)
        assert read(tmp_path / "b.tar.gz")["x.txt"].count("[hidden]") == 2000
    # One after another they take a hundred times as long.
    assert took_s[1] < 10 * took_s[0]


def test_what_is_broken_is_named_and_the_rest_is_there(tmp_path: Path) -> None:
    told = write_bundle(
        tmp_path / "b.tar.gz", {"x.txt": broken, "y.json": lambda: {"a": 1}}, tmp_path / "none", {"P012"}
    )
    assert told.missing == {"x.txt": "RuntimeError: password=[hidden] is wrong for [hidden]"}
    assert set(read(tmp_path / "b.tar.gz")) == {"y.json", "missing.txt"}


def test_half_a_line_is_left_out(tmp_path: Path, monkeypatch: object) -> None:
    monkeypatch.setattr(bundle, "LONGEST_TAIL", 30)  # type: ignore[attr-defined]
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "a.log").write_text("password=" + "x" * 40 + "\nlast line\n")
    write_bundle(tmp_path / "b.tar.gz", {}, tmp_path / "log")
    assert read(tmp_path / "b.tar.gz")["log/a.log"] == "last line\n"


def test_values_are_hidden_and_json_stays_json(tmp_path: Path) -> None:
    told = {
        "password": "hush",
        "ENABLE_PASSWORD": "true",
        "token": 7,
        "cookie": True,
        "P012": [{"participant": "P012", "at": "postgresql://ada:hush@db/h"}, ("met P012", None, 3)],
    }
    write_bundle(tmp_path / "b.tar.gz", {"y.json": lambda: told}, tmp_path / "none", {"P012"})
    assert json.loads(read(tmp_path / "b.tar.gz")["y.json"]) == {
        "password": "[hidden]",
        "ENABLE_PASSWORD": "true",
        "token": "[hidden]",
        "cookie": True,
        "[hidden]": [
            {"participant": "[hidden]", "at": "postgresql://[hidden]@db/h"},
            ["met [hidden]", None, 3],
        ],
    }
