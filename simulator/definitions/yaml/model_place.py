"""What a model expects at a place of a file: the way of a pydantic error through annotations.

A `loc` of pydantic names keys and positions, and between them the branch of each union that was
tried. Knowing the annotations tells the one from the other, and which fields or values a place
takes.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel, RootModel, Tag
from pydantic.fields import FieldInfo

from simulator.definitions.yaml.document import KEY_ITSELF, Document, Loc

__all__ = [
    "Choice",
    "Place",
    "allowed",
    "description",
    "docstrings",
    "fields",
    "inside",
    "kinds_at",
    "open_union",
    "trace",
    "vocabulary",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A union on the way: how deep it stands, and the branch that was tried."""

    depth: int
    """Steps of the path before it."""
    label: str
    union: object
    """The annotation of the union."""
    kind: object
    """The annotation of the branch; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error stands, in the file's own words."""

    path: Loc
    kind: object
    """The annotation there; None where it cannot be told."""
    choices: tuple[Choice, ...] = ()
    on_key: bool = False
    """The key is wrong, not its value."""


def trace(model: type[BaseModel], document: Document, loc: Loc) -> Place:
    """Follow a `loc` of pydantic through the annotations of a model and the nodes of a file."""
    kind: object = model
    path: list[str | int] = []
    choices: list[Choice] = []
    for at, step in enumerate(loc):
        kind = _bare(kind)
        branches = open_union(kind)
        if step == KEY_ITSELF and at == len(loc) - 1:
            return Place(tuple(path), kind, tuple(choices), on_key=True)
        if len(branches) > 1 and isinstance(step, str):
            union, kind = kind, _branch(kind, step)
            choices.append(Choice(len(path), step, union, kind))
            continue
        below = inside(kind, step)
        if below is None and document.node((*path, step)) is None:
            continue
        path.append(step)
        kind = below
    return Place(tuple(path), _bare(kind), tuple(choices))


def kinds_at(model: type[BaseModel], path: Loc) -> tuple[object, ...]:
    """Every annotation that may apply at a path of keys and positions."""
    kinds: list[object] = list(open_union(model))
    for step in path:
        below = [inside(kind, step) for kind in kinds]
        kinds = [one for kind in below if kind is not None for one in open_union(kind)]
    return tuple(kinds)


def open_union(kind: object) -> tuple[object, ...]:
    """The alternatives of an annotation, None left out; most annotations are their only one.

    A tuple of annotations counts as their union.
    """
    bare = _bare(kind)
    if not isinstance(bare, tuple) and not _is_union(bare):
        return (bare,)
    args = bare if isinstance(bare, tuple) else get_args(bare)
    return tuple(one for arg in args if arg is not NoneType for one in open_union(arg))


def fields(kind: object) -> dict[str, FieldInfo]:
    """The fields of a model, or of all models of a union, by the names that people write."""
    if _is_union(kind):
        return {name: info for one in open_union(kind) for name, info in fields(one).items()}
    if not _is_model(kind):
        return {}
    return {
        written: info
        for name, info in kind.model_fields.items()
        for written in (_aliases(info.validation_alias) if info.validation_alias else (name,))
    }


def vocabulary(model: type[BaseModel]) -> frozenset[str]:
    """The names of all fields of a model and of everything in it."""
    names: set[str] = set()
    seen: list[object] = []
    waiting: list[object] = [model]
    while waiting:
        kind = waiting.pop()
        for one in open_union(kind):
            if one is None or one in seen:
                continue
            seen.append(one)
            known = fields(one)
            names.update(known)
            waiting += [info.annotation for info in known.values()] or get_args(one)
    return frozenset(names)


def allowed(kind: object) -> tuple[str, ...]:
    """The texts that an annotation of fixed values takes, as people write them."""
    values: list[object] = []
    for one in open_union(kind):
        if get_origin(one) is Literal:
            values.extend(get_args(one))
        elif isinstance(one, type) and issubclass(one, Enum):
            values.extend(member.value for member in one)
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def description(kind: object, name: str) -> str:
    """The first sentence of what a field is for: its description, or the docstring under it."""
    info = fields(kind).get(name)
    if info is None or not _is_model(kind):
        return ""
    text = info.description or ""
    if not text:
        own = next(own for own, field in kind.model_fields.items() if field is info)
        text = docstrings(kind).get(own, "")
    flat = " ".join(text.split())
    sentence = re.match(r".*?[.;](?=\s|$)", flat)
    return (sentence[0] if sentence else flat).rstrip(".;")


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The string under each field of a model and of what it inherits from, where there is one."""
    classes = model.__mro__[: model.__mro__.index(BaseModel)]
    return {name: text for one in reversed(classes) for name, text in _own_docstrings(one).items()}


def _own_docstrings(kind: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for field, below in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[field.target.id] = below.value.value
    return found


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_union(kind: object) -> bool:
    return get_origin(kind) in {Union, UnionType}


def _aliases(alias: str | AliasPath | AliasChoices | None) -> Iterator[str]:
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, AliasPath):
        yield str(alias.path[0])
    elif alias is not None:
        for choice in alias.choices:
            yield from _aliases(choice)


def _bare(kind: object) -> object:
    """An annotation without what adds nothing to its shape: metadata, aliases, `| None`."""
    while True:
        value = getattr(kind, "__value__", None)
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif _is_union(kind) and len(some := [a for a in get_args(kind) if a is not NoneType]) == 1:
            kind = some[0]
        elif value is not None:
            kind = value
        elif _is_model(kind) and issubclass(kind, RootModel):
            kind = kind.model_fields["root"].annotation
        else:
            return kind


def inside(kind: object, step: str | int) -> object:
    """The annotation of a field, item or value; None where there is none, or none is known."""
    kind = _bare(kind)
    if _is_model(kind):
        info = fields(kind).get(str(step))
        return info.annotation if info else None
    origin, args = get_origin(kind), get_args(kind)
    if not isinstance(origin, type) or not args:
        return None
    if issubclass(origin, Mapping):
        return args[1]
    if not isinstance(step, int):
        return None
    if issubclass(origin, tuple) and Ellipsis not in args:
        return args[step] if step < len(args) else None
    return args[0] if issubclass(origin, Sequence | AbstractSet) else None


def _branch(union: object, label: str) -> object:
    """The branch of a union that pydantic calls by a label; None where none is found."""
    branches = [arg for arg in get_args(union) if arg is not NoneType]
    wrapped = re.sub(r"^(?:function-\w+\[[^,]*, |nullable\[)+", "", label)
    head = re.split(r"[\[\]]", wrapped)[0].removeprefix("constrained-").removeprefix("tagged-")
    exact = (branch for branch in branches if label in _tags(branch))
    by_type = (branch for branch in branches if head == _type_name(_bare(branch)))
    return next(exact, next(by_type, None))


def _tags(branch: object) -> set[str]:
    """What a discriminator may call a branch."""
    tags = {item.tag for item in get_args(branch)[1:] if isinstance(item, Tag)}
    for info in fields(_bare(branch)).values():
        if get_origin(info.annotation) is Literal:
            tags.update(str(value) for value in get_args(info.annotation))
    return tags


def _type_name(kind: object) -> str:
    if _is_model(kind):
        return kind.__name__
    if _is_union(kind):
        return "union"
    origin = get_origin(kind) or kind
    return str(getattr(origin, "__name__", origin)).lower()
