"""Where the boxes and arrows of a protocol's flow stand: a drawing that a template writes as SVG.

Steps stand below each other in the order of the file. What leads on to the next one is a straight arrow;
every other way leaves its row to the right, runs down or up a lane of its own, and enters its step there.
Units are CSS pixels.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hristudio_core.protocol import Line, Stage, Way
from hristudio_core.protocol.model import END

BOX = 340
LEFT = 8
HEAD = 36
ROW = 20
PAD = 8
GAP = 28
LANE = 12
INDENT = 12
LETTER = 6.7
"""How wide a letter is at most on average at the size of a row."""
MOST_ROWS = 12
"""What a box shows of a step; the flow in words has the rest."""


class Row(Struct, frozen=True):
    """A line of text in a box; ``full`` is the text where it had to be cut."""

    x: float
    y: float
    kind: str
    text: str
    full: str = ""


class Box(Struct, frozen=True):
    """A step; ``height`` 0 would be none."""

    id: str
    x: float
    y: float
    width: float
    height: float
    title: Row
    rows: tuple[Row, ...]


class Arrow(Struct, frozen=True):
    """A way from box to box as the path of an SVG; its head is a triangle at the end."""

    path: str
    head: str


class Drawing(Struct, frozen=True):
    """All of it."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


class _Leap(Struct, frozen=True):
    """A way that needs a lane: from a row's height to a box's."""

    start: float
    end: float

    @property
    def span(self) -> tuple[float, float]:
        return min(self.start, self.end), max(self.start, self.end)


def draw(stages: Sequence[Stage]) -> Drawing:
    """Place the steps of a protocol and the ways between them."""
    titles = {stage.id: stage.title for stage in stages} | {END: "End"}
    following = [stage.id for stage in stages[1:]] + [END]
    boxes, arrows, starts = [], [], list[tuple[float, str]]()
    top: float = PAD
    for number, (stage, after) in enumerate(zip(stages, following, strict=True), 1):
        straight = Way(after) in stage.ways
        leaps = [way for way in stage.ways if way != Way(after)]
        box, heights = _box(f"{number}. {stage.title}", stage, leaps, titles, top)
        boxes.append(box)
        starts += [(height, way.to) for height, way in zip(heights, leaps, strict=True)]
        bottom = box.y + box.height
        if straight:
            arrows.append(_straight(bottom, bottom + GAP))
        top = bottom + GAP
    end = Box(END, LEFT, top, BOX, HEAD, Row(LEFT + PAD, top + 23, "title", "End"), ())
    entrances = {box.id: box.y + HEAD / 2 for box in (*boxes, end)}
    leaping = [_Leap(height, entrances[to]) for height, to in starts if to in entrances]
    lanes = _lanes(leaping)
    arrows += [_bent(leap, lane) for leap, lane in zip(leaping, lanes, strict=True)]
    width = LEFT + BOX + LANE * (max(lanes, default=-1) + 2) + LEFT
    return Drawing(width, top + HEAD + PAD, (*boxes, end), tuple(arrows))


def _box(
    title: str, stage: Stage, leaps: Sequence[Way], titles: dict[str, str], top: float
) -> tuple[Box, list[float]]:
    """A step's box, and at which height each of its ways leaves it."""
    lines = list(_shown(stage.lines))
    lines += [Line(0, "way", _way(way, titles)) for way in leaps]
    rows = tuple(_row(line, top + HEAD + (index + 0.7) * ROW) for index, line in enumerate(lines))
    height = HEAD + len(rows) * ROW + (PAD if rows else 0)
    heights = [row.y - 4 for row in rows[len(rows) - len(leaps) :]] if leaps else []
    head = _cut(title, LEFT + PAD, top + 23, "title", LETTER * 1.15)
    return Box(stage.id, LEFT, top, BOX, height, head, rows), heights


def _shown(lines: Sequence[Line]) -> Iterable[Line]:
    if len(lines) <= MOST_ROWS:
        return lines
    return (*lines[: MOST_ROWS - 1], Line(0, "more", f"and {len(lines) - MOST_ROWS + 1} more lines"))


def _way(way: Way, titles: dict[str, str]) -> str:
    to = titles.get(way.to, way.to)
    return f"→ {to}, when {way.when}" if way.when else f"→ {to}"


def _row(line: Line, y: float) -> Row:
    return _cut(line.text, LEFT + PAD + INDENT * min(line.depth, 8), y, line.kind, LETTER)


def _cut(text: str, x: float, y: float, kind: str, letter: float) -> Row:
    room = int((LEFT + BOX - PAD - x) / letter)
    text = " ".join(text.split())
    return Row(x, y, kind, text) if len(text) <= room else Row(x, y, kind, f"{text[: room - 1]}…", text)


def _lanes(leaps: Sequence[_Leap]) -> list[int]:
    """Give each leap the innermost lane that is free over its whole length; short ones choose first."""
    taken: list[list[tuple[float, float]]] = []
    chosen = dict[int, int]()
    for index in sorted(range(len(leaps)), key=lambda one: leaps[one].span[1] - leaps[one].span[0]):
        low, high = leaps[index].span
        lane = next(
            (place for place, spans in enumerate(taken) if all(high < a or b < low for a, b in spans)),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        chosen[index] = lane
    return [chosen[index] for index in range(len(leaps))]


def _straight(start: float, end: float) -> Arrow:
    x = LEFT + BOX / 2
    return Arrow(
        f"M{x:g} {start:g}V{end - 6:g}", f"{x:g},{end:g} {x - 5:g},{end - 8:g} {x + 5:g},{end - 8:g}"
    )


def _bent(leap: _Leap, lane: int) -> Arrow:
    right, x = LEFT + BOX, LEFT + BOX + LANE * (lane + 1.5)
    path = f"M{right:g} {leap.start:g}H{x:g}V{leap.end:g}H{right + 6:g}"
    y = leap.end
    return Arrow(path, f"{right:g},{y:g} {right + 8:g},{y - 5:g} {right + 8:g},{y + 5:g}")
