import hashlib
import json
from pathlib import Path

import pytest

from hristudio_core.cli import main
from hristudio_core.cli._verb import Exit
from hristudio_core.protocol import digest, load

BAD = """\
hristudio: 1
name: bad
title: Bad
version: "1"
steps:
  - id: one
    do:
      - say: {text: Hello}
    next: nowhere
  - id: one
    do: []
"""


def test_a_new_protocol_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "My: first study.yaml"
    assert main(["protocol", "new", str(path)]) == Exit.OK
    capsys.readouterr()
    assert main(["protocol", "validate", str(path), "--robot", "sim", "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told[0]["valid"]
    assert told[0]["problems"] == []


def test_a_file_is_overwritten_only_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    assert main(["protocol", "new", str(path)]) == Exit.CANNOT_NOW
    assert "--force" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert main(["protocol", "new", str(path), "--force"]) == Exit.OK
    assert path.read_text() != "mine"


def test_every_problem_is_printed_where_editors_find_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    assert main(["protocol", "validate", str(path)]) == Exit.NOT_IN_ORDER
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(f"{path}:") for line in lines)
    assert any("nowhere" in line for line in lines)


def test_one_bad_file_among_good_ones_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    assert main(["protocol", "validate", "greeting", str(path)]) == Exit.NOT_IN_ORDER
    assert "greeting.yaml: valid" in capsys.readouterr().out


def test_an_unknown_name_lists_those_that_are_installed(capsys: pytest.CaptureFixture[str]):
    assert main(["protocol", "show", "greting"]) == Exit.CANNOT_NOW
    assert "greeting" in capsys.readouterr().err


def test_the_digest_is_that_of_the_canonical_form(capsys: pytest.CaptureFixture[str]):
    assert main(["protocol", "digest", "greeting"]) == Exit.OK
    printed = capsys.readouterr().out.strip()
    assert main(["protocol", "digest", "greeting", "--canonical"]) == Exit.OK
    canonical = capsys.readouterr().out
    assert hashlib.sha256(canonical.encode()).hexdigest() == printed
    found = load(Path(__file__).resolve().parents[3] / "config" / "protocols" / "greeting.yaml").protocol
    assert found is not None
    assert printed == digest(found)


def test_a_protocol_is_shown_step_by_step(capsys: pytest.CaptureFixture[str]):
    assert main(["protocol", "show", "greeting"]) == Exit.OK
    shown = capsys.readouterr().out
    assert "greeting" in shown
    assert "step" in shown
    assert main(["protocol", "show", "greeting", "--json"]) == Exit.OK
    assert json.loads(capsys.readouterr().out)["hristudio"] == 1
