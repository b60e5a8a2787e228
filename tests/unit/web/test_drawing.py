"""Boxes do not overlap, arrows end at boxes, nothing is drawn outside of the paper."""

import itertools
import re
from pathlib import Path

import pytest

from hristudio_core.protocol import Line, Stage, Way, flow, load
from hristudio_core.protocol.model import END
from hristudio_web.drawing import BOX, MOST_ROWS, Drawing, draw

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "config" / "protocols").glob("*.yaml"))


def stage(name: str, *ways: Way, lines: int = 1, text: str = "say: hello") -> Stage:
    return Stage(name, name.title(), None, (Line(0, "skill", text),) * lines, ways)


def ends(drawing: Drawing) -> list[tuple[float, float]]:
    """Give where the heads of the arrows point to."""
    return [tuple(map(float, arrow.head.split()[0].split(","))) for arrow in drawing.arrows]  # type: ignore[misc]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_drawn_in_order(path: Path) -> None:
    protocol = load(path).protocol
    assert protocol is not None
    drawing = draw(flow(protocol))
    assert [box.id for box in drawing.boxes] == [*(step.id for step in protocol.steps), END]
    for above, below in itertools.pairwise(drawing.boxes):
        assert above.y + above.height < below.y
    assert drawing.boxes[-1].y + drawing.boxes[-1].height < drawing.height
    for box in drawing.boxes:
        assert all(box.y < row.y < box.y + box.height for row in (box.title, *box.rows))
    for arrow in drawing.arrows:
        numbers = [float(number) for number in re.findall(r"[\d.]+", arrow.path)]
        assert max(numbers[0::1]) < max(drawing.width, drawing.height)


def test_what_follows_is_a_straight_arrow_and_every_other_way_a_lane() -> None:
    drawing = draw([
        stage("one", Way("three", "answer: No"), Way("two")),
        stage("two", Way("one", "again"), Way("three")),
        stage("three", Way(END)),
    ])  # fmt: skip
    one, two, three, end = drawing.boxes
    straight = [arrow for arrow in drawing.arrows if "H" not in arrow.path]
    assert len(straight) == 3
    assert len(drawing.arrows) == 5
    pointed = ends(drawing)
    for box in (two, three, end):
        assert (box.x + BOX / 2, box.y) in pointed
    for box in (three, one):
        assert any(x == box.x + BOX and box.y < y < box.y + box.height for x, y in pointed)
    assert one.rows[-1].text == "→ Three, when answer: No"


def test_lanes_do_not_run_over_each_other() -> None:
    names = [f"s{number}" for number in range(8)]
    stages = [stage(name, *(Way(other, f"to {other}") for other in names if other != name)) for name in names]
    runs = []
    for arrow in draw(stages).arrows:
        found = re.fullmatch(r"M[\d.]+ ([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+", arrow.path)
        if found:
            start, x, end = map(float, found.groups())
            runs.append((x, min(start, end), max(start, end)))
    assert len(runs) == 56
    for (x, low, high), (other, bottom, top) in itertools.combinations(runs, 2):
        assert x != other or high < bottom or top < low


def test_long_texts_are_cut_and_kept() -> None:
    (box, _) = draw([stage("one", Way(END), text="word " * 60)]).boxes
    assert box.rows[0].text.endswith("…")
    assert box.rows[0].full == ("word " * 60).strip()
    assert len(box.rows[0].text) < 60


def test_long_steps_show_their_beginning() -> None:
    (box, _) = draw([stage("one", Way(END), lines=40)]).boxes
    assert len(box.rows) == MOST_ROWS
    assert box.rows[-1].text == "and 29 more lines"


def test_a_way_without_a_condition_may_lead_anywhere() -> None:
    drawing = draw([stage("one", Way("three")), stage("two", Way(END)), stage("three", Way("two"))])
    assert [box.rows[-1].text for box in drawing.boxes[:3]] == ["→ Three", "→ End", "→ Two"]
