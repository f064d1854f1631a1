"""What is wrong with the values of a file, in sentences for the person who wrote them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from math import isfinite

from pydantic import BaseModel, ValidationError

from simulator.definitions.yaml.document import Document, Loc, Node
from simulator.definitions.yaml.model_finding import MISFITS, MISSING, UNKNOWN, Finding, findings
from simulator.definitions.yaml.model_place import (
    allowed,
    description,
    fields,
    kinds_at,
    open_union,
)
from simulator.definitions.yaml.source_text import Mistake, clip
from simulator.definitions.yaml.trap import UNSPACED
from simulator.definitions.yaml.wanted import RANGES, in_range
from simulator.spelling import closest, likeness

__all__ = ["describe_all", "find_booleans", "find_endless"]

HELPED = 100
"""Unknown fields of one place that get a hint: finding it takes a while."""
LISTED = 16
"""Names a sentence lists at most."""
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
NUMBERS = (int, float, Decimal)
QUOTED = re.compile(r"[\"\[\]{}#\n]")
"""What cannot stand between two quotes as it is."""
QUOTES = "Put quotes around text with a comma or a colon in it."
SIMPLE_PATTERN = re.compile(r"\^\[([^\]]+)\]\[([^\]]+)\]\*\$")


def describe_all(
    model: type[BaseModel], document: Document, error: ValidationError
) -> list[Mistake]:
    """Every mistake that pydantic found, each once, at the place where it is to be mended."""
    named: dict[Loc, list[Finding]] = defaultdict(list)
    mistakes = []
    for finding in findings(model, document, error):
        if finding.name:
            named[finding.path].append(finding)
        else:
            mistakes.append(_describe(document, finding))
    for group in named.values():
        mistakes += _describe_names(model, document, group)
    return mistakes


def find_booleans(model: type[BaseModel], document: Document) -> list[Mistake]:
    """Where `true` or `false` stands for a number: pydantic would take them for 1 and 0."""
    return [
        Mistake(node.start, f"{_subject(path)} must be a number, not {node.source}.")
        for path, node in _scalars(document.root)
        if isinstance(node.value, bool) and _wants_number(kinds_at(model, path))
    ]


def find_endless(document: Document, texts: Collection[int]) -> list[Mistake]:
    """Where `.inf` or `.nan` stands for any value; `texts` are the `id`s of nodes that are text."""
    return [
        Mistake(node.start, f"{_subject(path)} must be a number, not {node.source}.")
        for path, node in _scalars(document.root)
        if isinstance(node.value, float) and not isfinite(node.value) and id(node) not in texts
    ]


def _scalars(node: Node, path: Loc = ()) -> Iterator[tuple[Loc, Node]]:
    for key, child in (node.fields or {}).items():
        yield from _scalars(child, (*path, key))
    for position, child in enumerate(node.items or ()):
        yield from _scalars(child, (*path, position))
    if node.scalar:
        yield path, node


def _wants_number(kinds: tuple[object, ...]) -> bool:
    wanted = [kind for kind in kinds if isinstance(kind, type)]
    others = len(wanted) < len(kinds) or any(issubclass(kind, bool | str) for kind in wanted)
    return not others and any(issubclass(kind, NUMBERS) for kind in wanted)


def _describe_names(
    model: type[BaseModel], document: Document, group: list[Finding]
) -> Iterator[Mistake]:
    """Missing and unknown fields of one place; a misspelt required field is one mistake."""
    path = group[0].path
    node = document.node(path)
    unknown = [finding for finding in group if finding.type == UNKNOWN]
    missing = [finding for finding in group if finding.type == MISSING]
    meant = _meant(node, unknown[:HELPED], missing)
    for number, finding in enumerate(unknown):
        index = document.offset((*path, finding.name), key=True)
        name = meant.get(finding.name)
        hint = f"Did you mean `{name}`?" if name else ""
        if not name and number < HELPED:
            hint = _cure_of_unknown(model, document, finding)
        yield Mistake(index, f"`{clip(finding.name)}` is not a field here.", hint)
    for finding in missing:
        known = fields(finding.place.kind)
        taken = {id(known.get(name)) for name in meant.values()}
        if (node is not None and node.flawed) or id(known.get(finding.name, finding)) in taken:
            continue
        index = node.first if node is not None else document.offset(path)
        purpose = description(finding.place.kind, finding.name)
        about = f": {purpose}" if purpose else ""
        yield Mistake(index, f"`{finding.name}` is missing{about}.", f"Add `{finding.name}: ...`.")


def _meant(node: Node | None, unknown: list[Finding], missing: list[Finding]) -> dict[str, str]:
    """For each unknown key the field that was meant, no field twice, the likest first."""
    if not unknown:
        return {}
    known = fields(unknown[0].place.kind)
    required = {finding.name for finding in missing}
    given = {
        id(known[key]) for key in (node.fields if node and node.fields else ()) if key in known
    }
    pairs = [
        (likeness(finding.name, name), name in required, finding.name, name)
        for finding in unknown
        for name, info in known.items()
        if id(info) not in given
    ]
    meant: dict[str, str] = {}
    for score, _, wrong, name in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if score and wrong not in meant and name not in meant.values():
            meant[wrong] = name
    return meant


def _cure_of_unknown(model: type[BaseModel], document: Document, finding: Finding) -> str:
    """What to do about a key that nothing here resembles: it may be the rest of a text."""
    cut, other = _cut_text(document, finding), _elsewhere(model, finding)
    if cut and not finding.name[:1].isupper() and " " not in finding.name:
        return f"{other} Or {cut[:1].lower()}{cut[1:]}".lstrip()
    return cut or other


def _cut_text(document: Document, finding: Finding) -> str:
    """A cure where a comma in braces cut a text and what stands behind it looks like a field."""
    node, known = document.node(finding.path), fields(finding.place.kind)
    keys = [*(node.fields or ())] if node is not None else []
    at = keys.index(finding.name) if finding.name in keys else 0
    first = next((n for n in range(at - 1, -1, -1) if keys[n] in known), None)
    if node is None or node.fields is None or first is None:
        return ""
    behind = next((n for n in range(at, len(keys)) if keys[n] in known), len(keys))
    begun, last = node.fields[keys[first]], node.fields[keys[behind - 1]]
    text = document.source.text
    cut = begun.plain and text[begun.end :].lstrip().startswith(",")
    prose = isinstance(begun.value, str) and " " in begun.value
    if not cut or not (prose or finding.name[:1].isupper()):
        return ""
    whole = text[begun.start : last.end]
    if QUOTED.search(whole) or not whole.endswith(last.source or "?"):
        return QUOTES
    return f'Put quotes around text with a comma: {keys[first]}: "{clip(whole)}".'


def _elsewhere(model: type[BaseModel], finding: Finding) -> str:
    """Where a key that nothing here resembles could belong; else what there is here."""
    known = fields(finding.place.kind)
    for name, info in known.items():
        if finding.name in fields(info.annotation):
            return f"It belongs under `{name}`: indent it there."
    for depth in range(len(finding.path) - 1, -1, -1):
        if any(finding.name in fields(kind) for kind in kinds_at(model, finding.path[:depth])):
            return f"It belongs beside `{finding.path[depth]}`, further to the left."
    if " " in finding.name:
        return QUOTES
    near = closest(finding.name, known)
    if near:
        return f"`{near}` is here already."
    return f"Fields here: {_listed(known, 'and')}." if known else ""


def _describe(document: Document, finding: Finding) -> Mistake:
    """One finding about a value or a key, as a sentence and a cure."""
    index = document.offset(finding.path, key=finding.place.on_key)
    return Mistake(index, *SENTENCES.get(finding.type, _otherwise)(document, finding))


def _otherwise(document: Document, finding: Finding) -> tuple[str, str]:
    told = finding.message.removeprefix("Input should be ")
    if told != finding.message:
        return _must(document, finding, told), ""
    return f"{_subject(finding.path)}: {_sentence(finding.message)}", ""


def _missing_item(_: Document, finding: Finding) -> tuple[str, str]:
    return f"{_subject(finding.path)} is missing.", ""


def _own_words(_: Document, finding: Finding) -> tuple[str, str]:
    """What a validator of ours raised: it speaks to people already."""
    return _sentence(str(finding.context.get("error", "")) or finding.message), ""


def _range(document: Document, finding: Finding) -> tuple[str, str]:
    return _must(document, finding, in_range(finding.type, finding.context)), ""


def _misfit(document: Document, finding: Finding) -> tuple[str, str]:
    """The wrong kind of value: what is wanted, what is there, and how to write it."""
    kinds = [MISFITS.get(one.type, "") for one in finding.branches or (finding,)]
    node = document.node(finding.path)
    given = node.source if node is not None and node.scalar else finding.given
    values = _values(finding)
    meant = closest(given, values) if isinstance(given, str) else None
    if finding.place.on_key:
        key = str(finding.path[-1])
        message = f"`{clip(key)}` is no name known here; there are {_listed(values)}."
        meant = closest(key, values)
        return message, f"Did you mean `{meant}`?" if meant else ""
    message = _must(document, finding, _wanted(finding))
    if meant:
        return message, f"Did you mean `{meant}`?"
    cures = (CURES[kind](node, finding) for kind in kinds if kind in CURES)
    return message, next((cure for cure in cures if cure), "")


def _wanted(finding: Finding) -> str:
    if finding.branches:
        return _either([_wanted(one) for one in finding.branches])
    return MISFITS.get(finding.type) or f"one of {_listed(_values(finding))}"


def _values(finding: Finding) -> list[str]:
    """The fixed values that fit, where there are such."""
    if finding.branches:
        return [value for one in finding.branches for value in _values(one)]
    if MISFITS.get(finding.type) != "":
        return []
    known = [value for kind in open_union(finding.place.kind) for value in allowed(kind)]
    return known or re.findall(r"'([^']*)'", str(finding.context.get("expected", "")))


def _must(document: Document, finding: Finding, wanted: str) -> str:
    """Somebody's value is not what it must be."""
    node, subject = document.node(finding.path), _subject(finding.path)
    empty = node.scalar and node.value is None if node is not None else finding.given is None
    if empty and not finding.place.on_key:
        return f"{subject} has no value; it must be {wanted}."
    return f"{subject} must be {wanted}, not {_given(node, finding)}."


def _given(node: Node | None, finding: Finding) -> str:
    given = finding.given if node is None else node.value
    if finding.place.on_key:
        return f"the text '{clip(str(finding.path[-1]))}'"
    if isinstance(given, str):
        return f"the text '{clip(given)}'" if given else "an empty text"
    if (node is not None and node.items is not None) or isinstance(given, list):
        return "a list"
    if (node is not None and node.fields is not None) or isinstance(given, dict):
        return "fields (`name: value`)"
    return clip(node.source if node is not None else str(given))


def _subject(path: Loc) -> str:
    """What a sentence about a place speaks of."""
    if not path:
        return "The file"
    if isinstance(path[-1], str):
        return f"`{clip(path[-1])}`"
    owner = _subject(path[:-1]) if len(path) > 1 else "the list"
    return f"Item {path[-1] + 1} of {owner[0].lower() + owner[1:]}"


def _listed(names: Iterable[str], last: str = "or") -> str:
    quoted = [f"`{clip(name)}`" for name in dict.fromkeys(names)]
    if len(quoted) > LISTED:
        return f"{', '.join(quoted[:LISTED])} and {len(quoted) - LISTED} more"
    return _either(quoted, last)


def _either(words: list[str], last: str = "or") -> str:
    some = list(dict.fromkeys(words))
    return f" {last} ".join(part for part in (", ".join(some[:-1]), *some[-1:]) if part)


def _sentence(text: str) -> str:
    flat = " ".join(text.split()).removeprefix("Value error, ")
    return flat if flat.endswith((".", "!", "?")) else f"{flat}."


def _length(_: Document, finding: Finding) -> tuple[str, str]:
    """A text or list that is too short or too long."""
    subject = _subject(finding.path)
    bound = finding.context.get("min_length", finding.context.get("max_length"))
    is_text = isinstance(finding.given, str)
    there = len(finding.given) if isinstance(finding.given, str | list | dict) else 0
    if there == 0 and bound == 1:
        return f"{subject} must not be empty.", ""
    extent = "at least" if "min_length" in finding.context else "at most"
    unit = ("character" if is_text else "item") + ("" if bound == 1 else "s")
    return f"{subject} must have {extent} {bound} {unit}, not {there}.", ""


def _pattern(_: Document, finding: Finding) -> tuple[str, str]:
    """A text that must have a form: the form in words where it is simple, and one that fits."""
    pattern = str(finding.context.get("pattern", ""))
    written = str(finding.path[-1] if finding.place.on_key else finding.given)
    simple = SIMPLE_PATTERN.fullmatch(pattern)
    form = f"fit the pattern `{pattern}`"
    if simple:
        some, first = _characters(simple[2], "s"), _characters(simple[1], "")
        form = f"consist of {', '.join(some)}, and begin with a {' or '.join(first)}"
    slug = re.sub(r"[^a-z0-9_-]+", "-", written.lower()).strip("-")
    fitting = next((text for text in (slug, f"https://{written}") if _fits(pattern, text)), "")
    subject = "This name" if finding.place.on_key else _subject(finding.path)
    message = f"{subject} cannot be '{clip(written)}': it has to {form}."
    return message, f"Write `{clip(fitting)}`, for example." if fitting else ""


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _characters(inside: str, plural: str) -> list[str]:
    """What the brackets of a pattern hold, in words."""
    names = {"a-z": "small letter", "A-Z": "capital letter", "0-9": "digit"}
    parts = re.findall(r"a-z|A-Z|0-9|\\?.", inside)
    return [names[part] + plural if part in names else f"`{part[-1]}`" for part in parts]


def _cure_text(node: Node | None, _: Finding) -> str:
    several = node is not None and node.fields is not None and len(node.fields) == 1
    return "Put quotes around text with a colon." if several else ""


def _cure_list(node: Node | None, _: Finding) -> str:
    text = _text(node)
    if re.match(r"-\S", text):
        return "Put a space after each dash."
    if node is not None and node.fields is not None:
        return "Begin each item with a dash: `- `."
    return f"Write [{clip(text)}]." if text else ""


def _cure_number(node: Node | None, _: Finding) -> str:
    found = NUMBER.findall(_text(node))
    return f"Write only the number: {found[0].replace(',', '.')}." if len(found) == 1 else ""


def _cure_fields(node: Node | None, finding: Finding) -> str:
    unspaced = UNSPACED.fullmatch(_text(node))
    if unspaced:
        return f"Put a space after the colon: `{unspaced[1]}: {clip(unspaced[2])}`."
    if node is not None and node.items:
        return "Leave out the dashes."
    known = fields(finding.place.kind)
    return f"Fields here: {_listed(known, 'and')}." if known else ""


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


CURES: Mapping[str, Callable[[Node | None, Finding], str]] = {
    "text": _cure_text,
    "a list": _cure_list,
    "a number": _cure_number,
    "a whole number": _cure_number,
    "fields (`name: value`)": _cure_fields,
}
SENTENCES: Mapping[str, Callable[[Document, Finding], tuple[str, str]]] = {
    **dict.fromkeys((*MISFITS, "union"), _misfit),
    **dict.fromkeys(RANGES, _range),
    **dict.fromkeys(("string_too_short", "string_too_long", "too_short", "too_long"), _length),
    **dict.fromkeys(("value_error", "assertion_error"), _own_words),
    "string_pattern_mismatch": _pattern,
    MISSING: _missing_item,
}
