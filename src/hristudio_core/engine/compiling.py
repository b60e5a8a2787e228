"""From the checked model to the node table."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hristudio_core.engine.program import BUDGET, Body, Exit, Node, Palette, Program
from hristudio_core.expressions import parse_expression, parse_template
from hristudio_core.protocol import digest, model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hristudio_core.expressions import Expression, Template


class _Parts:
    """What one kind of action brings to the table: bodies with their labels, expressions, templates."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, tuple[model.Action, ...]]] = []
        self.lanes: tuple[tuple[model.Action, ...], ...] = ()
        self.filler: model.Skill | None = None
        self.expressions: dict[str, Expression] = {}
        self.templates: dict[str, Template] = {}

    def condition(self, name: str, text: str) -> None:
        if text:
            self.expressions[name] = parse_expression(text)

    def values(self, name: str, value: Any) -> None:
        self.templates[name] = parse_template(value)


def _skill(parts: _Parts, action: model.Skill) -> None:
    parts.values("arguments", action.arguments)


def _prompt(parts: _Parts, action: model.Prompt) -> None:
    parts.values("text", action.text)
    for option in action.options:
        parts.values(f"label:{option.id}", option.label)
        parts.values(f"value:{option.id}", option.value)
        parts.values(f"set:{option.id}", option.set)
        parts.bodies.append((option.id, option.do))
    parts.filler = action.filler


def _observe(parts: _Parts, action: model.Observe) -> None:
    parts.values("text", action.text)
    for option in action.options:
        parts.values(f"label:{option.id}", option.label)
        parts.values(f"set:{option.id}", option.set)


def _wait(parts: _Parts, action: model.Wait) -> None:
    parts.condition("until", action.until)
    if action.seconds is not None:
        parts.values("seconds", action.seconds)
    parts.values("label", action.label or action.mark)


def _sequence(parts: _Parts, action: model.Sequence) -> None:
    parts.bodies.append(("", action.do))


def _parallel(parts: _Parts, action: model.Parallel) -> None:
    parts.lanes = action.branches


def _loop(parts: _Parts, action: model.Loop) -> None:
    parts.condition("while", action.while_)
    parts.condition("until", action.until)
    if action.count is not None:
        parts.values("count", action.count)
    parts.bodies.append(("", action.do))


def _branch(parts: _Parts, action: model.Branch) -> None:
    for index, case in enumerate(action.cases):
        parts.condition(f"case:{index}", case.when)
        parts.bodies.append((str(index), case.do))
    parts.bodies.append(("else", action.otherwise))


def _choose(parts: _Parts, action: model.Choose) -> None:
    for index, option in enumerate(action.options):
        parts.bodies.append((option.id or str(index), option.do))


def _set(parts: _Parts, action: model.Set) -> None:
    for name, value in action.values.items():
        parts.values(name, value)


def _mark(parts: _Parts, action: model.Mark) -> None:
    parts.values("label", action.label)
    parts.values("data", action.data)


_PARTS: Mapping[type[model.Action], Callable[[_Parts, Any], None]] = MappingProxyType(
    {
        model.Skill: _skill,
        model.Prompt: _prompt,
        model.Observe: _observe,
        model.Wait: _wait,
        model.Sequence: _sequence,
        model.Parallel: _parallel,
        model.Loop: _loop,
        model.Branch: _branch,
        model.Choose: _choose,
        model.Set: _set,
        model.Mark: _mark,
    }
)


class _Compiler:
    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}

    def step(self, step: model.Step) -> None:
        expressions = {str(i): parse_expression(way.when) for i, way in enumerate(step.next) if way.when}
        body = self.body(step.id, "", step.do)
        self.nodes[step.id] = Node(
            path=step.id,
            kind="step",
            model=step,
            segment=step.id,
            bodies=(body,),
            expressions=MappingProxyType(expressions),
            templates=MappingProxyType(
                {"title": parse_template(step.title), "instructions": parse_template(step.instructions)}
            ),
        )

    def body(self, parent: str, label: str, actions: Iterable[model.Action]) -> Body:
        paths = []
        for index, action in enumerate(actions):
            segment = f"{label}/{action.id}" if label else action.id
            paths.append(self.action(action, parent, segment, index))
        return Body(tuple(paths))

    def action(
        self, action: model.Action, parent: str, segment: str, index: int, *, filler: bool = False
    ) -> str:
        segment = self._unique(parent, segment)
        path = f"{parent}/{segment}"
        self.nodes[path] = _PLACE  # taken, so that nothing below takes it
        parts = _Parts()
        _PARTS[type(action)](parts, action)
        bodies = [self.body(path, label, do) for label, do in parts.bodies]
        bodies += [Body((self.lane(path, i, lane),)) for i, lane in enumerate(parts.lanes)]
        if parts.filler is not None:
            self.action(parts.filler, path, "filler", -1, filler=True)
        self.nodes[path] = Node(
            path=path,
            kind=str(action.__struct_config__.tag),
            model=action,
            parent=parent,
            segment=segment,
            index=index,
            bodies=tuple(bodies),
            expressions=MappingProxyType(parts.expressions),
            templates=MappingProxyType(parts.templates),
            on_failure=getattr(action, "on_failure", None),
            filler=filler,
            background=isinstance(action, model.Skill) and action.background and not filler,
        )
        return path

    def lane(self, parent: str, index: int, actions: tuple[model.Action, ...]) -> str:
        segment = str(index)
        path = f"{parent}/{segment}"
        body = self.body(path, "", actions)
        self.nodes[path] = Node(
            path=path, kind="lane", model=None, parent=parent, segment=segment, index=index, bodies=(body,)
        )
        return path

    def _unique(self, parent: str, segment: str) -> str:
        """An author's id may equal the position that stands for another's: both keep a place."""
        candidate, count = segment, 1
        while f"{parent}/{candidate}" in self.nodes:
            count += 1
            candidate = f"{segment}~{count}"
        return candidate


_PLACE = Node(path="", kind="", model=None)


def _palette(intervention: model.Intervention) -> Palette:
    return Palette(
        intervention,
        parse_template(intervention.fixed),
        MappingProxyType(
            {
                name: tuple(parse_template(text) for text in argument.utterances)
                for name, argument in intervention.arguments.items()
            }
        ),
    )


def _exits(nodes: Mapping[str, Node], steps: Iterable[model.Step]) -> dict[str, tuple[Exit, ...]]:
    """Return where each step may lead: its own ways on, answers, failures."""
    found = {step.id: [Exit(way.to, way.when) for way in step.next] for step in steps}
    for node in nodes.values():
        exits = found[node.path.partition("/")[0]]
        if isinstance(node.model, model.Prompt):
            exits += [Exit(item.next, f"answer: {item.label}") for item in node.model.options if item.next]
        if node.on_failure is not None and node.on_failure.policy is model.FailurePolicy.GOTO:
            exits.append(Exit(node.on_failure.target, f"{node.path} fails"))
    return {step: tuple(dict.fromkeys(exits)) for step, exits in found.items()}


def compile_program(protocol: model.Protocol, *, budget: int = BUDGET) -> Program:
    """Compile a checked protocol.

    Args:
        protocol: as the loader gives it.
        budget: facts that one input may lead to before the trial is paused as running away.

    Raises:
        ExpressionError: a text of the protocol is no expression; the loader refuses such protocols.
    """
    compiler = _Compiler()
    for step in protocol.steps:
        compiler.step(step)
    shared = {item.id: _palette(item) for item in protocol.interventions}
    palettes = {
        step.id: MappingProxyType({**shared, **{item.id: _palette(item) for item in step.interventions}})
        for step in protocol.steps
    }
    return Program(
        protocol=protocol,
        digest=digest(protocol),
        nodes=MappingProxyType(compiler.nodes),
        steps=MappingProxyType({step.id: step for step in protocol.steps}),
        palettes=MappingProxyType(palettes),
        exits=MappingProxyType(_exits(compiler.nodes, protocol.steps)),
        budget=budget,
    )
