"""`python -m benchmarks [NAME ...]`: measure and print figures beside what is required."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict

import benchmarks
from benchmarks.figure import Figure

_NOT_MEASURING = {"__main__", "figure"}


def main() -> int:
    names = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)}
    found = {name for name in names - _NOT_MEASURING if not name.startswith("_")}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(sorted(found))}; none: all")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array instead of the table")
    form.add_argument("--markdown", action="store_true", help="print the table as the documentation has it")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - found)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}: there are {', '.join(sorted(found))}")
    figures = [
        figure
        for name, measure in _measures(arguments.names or sorted(found))
        for figure in _run(name, measure)
    ]
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
    elif arguments.markdown:
        _print_markdown(figures)
    else:
        _print_table(figures)
    return 0 if all(figure.ok for figure in figures) else 1


def _measures(names: list[str]) -> Iterator[tuple[str, Callable[[], list[Figure]]]]:
    for name in names:
        measure = getattr(importlib.import_module(f"benchmarks.{name}"), "measure", None)
        if measure is not None:
            yield name, measure


def _run(name: str, measure: Callable[[], list[Figure]]) -> list[Figure]:
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    return measure()


def _rows(figures: list[Figure]) -> list[tuple[str, ...]]:
    """Give the table with its heading; the reference has columns where there is one."""
    rows = [
        (
            figure.name,
            f"{_number(figure.value)} {figure.unit}",
            figure.required,
            "ok" if figure.ok else "MISSED",
            "" if figure.reference is None else f"{_number(figure.reference)} {figure.unit}",
            "" if (ratio := figure.ratio()) is None else f"{ratio:.3g}x",
        )
        for figure in figures
    ]
    columns = 6 if any(figure.reference is not None for figure in figures) else 4
    return [
        row[:columns] for row in [("figure", "measured", "required", "", "reference", "better by"), *rows]
    ]


def _print_table(figures: list[Figure]) -> None:
    rows = _rows(figures)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def _print_markdown(figures: list[Figure]) -> None:
    for number, row in enumerate(_rows(figures)):
        print(f"| {' | '.join(row)} |")
        if number == 0:
            print("|---" * len(row) + "|")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
