"""Prometheus' own tool reads what is given to Prometheus, and Grafana's board fits together."""

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.servers.monitoring import FOLDER, expressions, panels, rules


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("needs promtool: apt-get install prometheus")
    return found


@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
    ids=" ".join,
)
def test_prometheus_takes_it(promtool: str, words: tuple[str, ...]) -> None:
    done = subprocess.run([promtool, *words], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_every_question_of_the_board(promtool: str, tmp_path: Path) -> None:
    questions = [{"record": f"board:{number}", "expr": text} for number, text in enumerate(expressions())]
    file = tmp_path / "board.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": questions}]}))
    done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_text(file.read_text().replace("sum(", "sum((", 1))
    assert (
        subprocess.run([promtool, "check", "rules", file], capture_output=True, check=False).returncode != 0
    )


def test_every_alert_says_what_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule
        assert set(rule["annotations"]) == {"summary", "do"}, rule
        assert re.fullmatch(r"\d+m", rule["for"]), rule


def test_panels_stand_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = set(
            itertools.product(
                range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
            )
        )
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_what_every_process_tells_alike_is_not_added_up() -> None:
    """Robots and trials are told by every web process: their sum would count them once a process."""
    shared = r"hristudio_(event_|journal_|trial|skill_\w*seconds_count|active_)"
    for text in expressions():
        assert not re.search(rf"\bsum\b[^(]*\((rate\()?{shared}", text), text
