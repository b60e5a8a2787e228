"""YAML whose every value knows where it stands.

Built on the composer, so no tag can make Python objects. Aliases are refused: a
profile needs none, and with them a small file can stand for a huge one.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from hristudio_core.robot.errors import ProfileInvalidError
from hristudio_core.robot.problems import Problem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24


@dataclass(frozen=True)
class Marked:
    """A YAML value and its place."""

    value: Any  # a scalar, a dict of Marked or a list of Marked
    path: str
    line: int
    column: int

    def plain(self) -> Any:
        """Give the value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


class _Loader(yaml.SafeLoader):
    """Reads YAML 1.1 without its surprises: `on`, `off`, `yes`, `no` and dates are text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_BOOLEANS = {"true": True, "false": False}


def load_marked(text: str, file: str) -> Marked:
    """Read one YAML document.

    Raises:
        ProfileInvalidError: It is no YAML, or has aliases, duplicate keys, or a hostile size.
    """
    if len(text) > MAX_BYTES:
        raise ProfileInvalidError([Problem(file, 1, 1, "", f"the file is larger than {MAX_BYTES} bytes")])
    loader = None
    try:
        _refuse_hostile(text, file)
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise ProfileInvalidError([Problem(file, 1, 1, "", "the file is empty")])
        return _Builder(loader, file).build(node, "")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ProfileInvalidError([Problem(file, line, column, "", f"no YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise ProfileInvalidError([Problem(file, 1, 1, "", f"no YAML: {error}")]) from error
    finally:
        if loader is not None:
            loader.dispose()


def _refuse_hostile(text: str, file: str) -> None:
    # Events come one at a time, whereas the composer recurses and would follow aliases.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        forbidden = ""
        if isinstance(event, yaml.AliasEvent):
            forbidden = f"aliases are not allowed: *{event.anchor}"
        elif tag := getattr(event, "tag", None):
            forbidden = f"tags are not allowed: {tag}"
        if forbidden:
            raise ProfileInvalidError([Problem(file, *place, "", forbidden)])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ProfileInvalidError([Problem(file, *place, "", f"nested deeper than {MAX_DEPTH} levels")])


class _Builder:
    def __init__(self, loader: yaml.SafeLoader, file: str) -> None:
        self._loader = loader
        self._file = file

    def build(self, node: yaml.Node, path: str) -> Marked:
        value: Any
        if isinstance(node, yaml.MappingNode):
            value = self._mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            value = [self.build(child, f"{path}[{i}]") for i, child in enumerate(node.value)]
        else:
            value = self._scalar(node)
        return Marked(value, path, node.start_mark.line + 1, node.start_mark.column + 1)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Marked]:
        built: dict[str, Marked] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            here = f"{path}.{key}" if path else key
            if key in built:
                raise ProfileInvalidError([Problem(self._file, *place, here, "given twice")])
            built[key] = self.build(value_node, here)
        return built

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag == "tag:yaml.org,2002:str":
            # Quoted text stays text; a bare true or false is a boolean.
            bare = getattr(node, "style", None) is None
            return _BOOLEANS.get(node.value, node.value) if bare else node.value
        return self._loader.construct_object(node)
