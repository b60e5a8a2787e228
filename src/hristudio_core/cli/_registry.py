"""Finds verbs in their folder, and loads none but the one that was chosen.

A file is a verb, a folder a group of verbs, a name that begins with an underscore neither;
`kill_idle.py` is called as `kill-idle`. The summaries of `--help` are read from the files' docstrings,
so that help stays quick.
"""

import argparse
import ast
import difflib
import importlib
import inspect
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from hristudio_core.cli._verb import EXIT_CODES, Parser, Verb

FOLDER = Path(__file__).parent
PACKAGE = __package__


class LazyParser(argparse.ArgumentParser):
    """A parser that asks a verb for its arguments only when it parses or shows them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["formatter_class"] = argparse.RawDescriptionHelpFormatter
        super().__init__(*args, **kwargs)
        self._module = ""
        self._loaded = True
        self.verbs: tuple[str, ...] = ()

    def load_later(self, module: str) -> None:
        """Take the arguments of the verb in `module` once they are needed."""
        self._module, self._loaded = module, False

    def load(self) -> None:
        """Take the arguments now."""
        if self._loaded:
            return
        self._loaded = True
        add_verb(self, load_verb(self._module), self.prog)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse as usual, with the verb's arguments.

        A verb itself refuses the words that it does not know: argparse would have the command do so,
        whose usage says nothing of the verb.
        """
        self.load()
        found, unknown = super().parse_known_args(args, namespace)
        if unknown and not self.verbs:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Say what is wrong as argparse does, and below it where help is."""
        words = re.findall(r"'([^']+)'", message)
        near = difflib.get_close_matches(words[0], self.verbs, n=1) if words else []
        hint = f"did you mean `{self.prog} {near[0]}`? " if near else ""
        what = f"says what each of {', '.join(self.verbs)} does" if self.verbs else "says more"
        super().error(f"{message}\n{hint}`{self.prog} --help` {what}")


def add_verbs(parser: Parser, package: str, title: str) -> None:
    """Add a parser for each verb of a package.

    A word that is no verb is answered by argparse, which lists those that are.
    """
    verbs = parser.add_subparsers(
        title=title, metavar="VERB", dest=f" {package}", required=True, parser_class=LazyParser
    )
    found = summaries(package)
    for name, summary in found.items():
        child = verbs.add_parser(name, help=summary)
        child.load_later(f"{package}.{name}")
    if isinstance(parser, LazyParser):
        parser.verbs = tuple(found)


def add_verb(parser: Parser, verb: Verb, cli_name: str) -> None:
    """Add the arguments, the description and the examples of one verb."""
    parser.description = inspect.getdoc(type(verb))
    examples = f"examples:\n{verb.EXAMPLES}\n\n" if verb.EXAMPLES else ""
    parser.epilog = f"{examples}{EXIT_CODES}"
    verb.add_arguments(parser, cli_name)
    parser.set_defaults(verb=verb)


def load_verb(module: str) -> Verb:
    """Import a verb's module; give an instance of the one verb class that it defines."""
    loaded = importlib.import_module(module.replace("-", "_"))
    kinds = [
        kind
        for _, kind in inspect.getmembers(loaded, inspect.isclass)
        if issubclass(kind, Verb) and kind.__module__ == loaded.__name__
    ]
    if len(kinds) != 1:
        raise TypeError(f"{module} defines {len(kinds)} verbs instead of one")
    verb = kinds[0]()
    verb.NAME = module.rpartition(".")[2].replace("_", "-")
    return verb


def summaries(package: str) -> dict[str, str]:
    """Give the verbs of a package with the first line of their files' docstrings."""
    folder = FOLDER.joinpath(*package.removeprefix(PACKAGE).split(".")[1:])
    found = {}
    for path in sorted(folder.iterdir()):
        file = path / "__init__.py" if path.is_dir() else path
        if file.suffix == ".py" and not path.name.startswith("_") and file.exists():
            text = ast.get_docstring(ast.parse(file.read_text())) or ""
            found[path.stem.replace("_", "-")] = text.partition("\n")[0].removesuffix(".")
    return found


def complete(parser: Parser) -> None:
    """Answer a shell that asks for completions (`register-python-argcomplete hristudio`)."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    _load_along(parser, os.environ.get("COMP_LINE", "").split()[1:])
    importlib.import_module("argcomplete").autocomplete(parser)


def _load_along(parser: Parser, words: Sequence[str]) -> None:
    """Load the verbs that a half-written line names: argcomplete looks at what is there already."""
    for word in words:
        for action in parser._actions:  # noqa: SLF001 - argparse shows its subparsers nowhere else
            child = action.choices.get(word) if isinstance(action, argparse._SubParsersAction) else None  # noqa: SLF001
            if isinstance(child, LazyParser):
                child.load()
                parser = child
                break
