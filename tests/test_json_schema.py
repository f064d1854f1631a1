"""The schemas in docs/schema are what the models say, and editors can use them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped] # it comes with nbformat, without types
import pytest

from simulator.definitions.intervention import EFFECTS
from simulator.definitions.json_schema import KINDS, Kind, json_schema, schema_text
from simulator.definitions.model_catalog import TIERS
from simulator.definitions.project import STARTER_PARTS
from simulator.definitions.yaml_file import parse

ROOT = Path(__file__).parent.parent
SHIPPED: list[tuple[Kind, Path]] = [
    *[("persona", path) for path in sorted(ROOT.glob("personas/*.yaml"))],
    *[("scenario", path) for path in sorted(ROOT.glob("scenarios/*.yaml"))],
    ("models", ROOT / "models.yaml"),
]
TALK = {"title": "T", "setting": "S", "cast": [{"persona": "a"}]}
LINE = "# yaml-language-server: $schema="


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of all mappings whose keys are ours: the file's own and its parts'."""
    yield schema
    yield from schema["definitions"].values()


def as_json(value: object) -> object:
    """A file's data with the numbers that JSON has."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("kind", KINDS)
def test_the_schemas_in_the_docs_are_up_to_date(kind: Kind) -> None:
    """They are generated; `schema_text` says what belongs there."""
    file = ROOT / "docs" / "schema" / f"{kind}.json"

    assert file.read_text(encoding="utf-8") == schema_text(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_explained(kind: Kind) -> None:
    """Every mapping and every field has a title and a sentence, and no other keys fit."""
    schema = json_schema(kind)

    for part in objects(schema):
        assert part["title"]
        assert part["description"]
        assert part["additionalProperties"] is False
        for name, field in part["properties"].items():
            assert field["title"], name
            assert field["description"].endswith((".", "`")), name
            assert "None" not in field["description"], name


@pytest.mark.parametrize("kind", KINDS)
def test_the_schemas_are_valid_draft_7(kind: Kind) -> None:
    """What stands beside a reference would be ignored there, so nothing does."""
    schema = json_schema(kind)

    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert [node for node in nodes(schema) if "$ref" in node and len(node) > 1] == []
    assert [node for node in nodes(schema) if {"$defs", "le", "ge"} & node.keys()] == []


def nodes(value: object) -> Iterator[dict[str, object]]:
    """Every mapping in a schema."""
    if isinstance(value, dict):
        yield value
        yield from nodes([*value.values()])
    elif isinstance(value, list):
        yield from (node for item in value for node in nodes(item))


def test_keys_are_spelled_as_in_yaml() -> None:
    """Those that are no names in Python, too."""
    scenario, models, persona = (json_schema(kind) for kind in ("scenario", "models", "persona"))

    found = {
        name: sorted(part["definitions"][name]["properties"])
        for part, name in [
            (scenario, "CastEntry"),
            (scenario, "Intervention"),
            (scenario, "Moment"),
            (models, "Price"),
        ]
    }

    assert {"all", "any", "not", "phrase"} <= scenario["definitions"]["StopRule"][
        "properties"
    ].keys()
    assert found == {
        "CastEntry": ["as", "budget", "enters", "goals", "persona", "player", "role", "secrets"],
        "Intervention": sorted(["as", "at", *EFFECTS]),
        "Moment": ["asked", "phase", "said", "speaker", "turn", "when"],
        "Price": ["audio_in", "audio_out", "cache_write", "cached", "in", "out"],
    }
    assert "schema" in models["definitions"]["Endpoint"]["properties"]
    assert persona["definitions"]["TierRange"]["properties"]["floor"]["enum"] == list(TIERS)


def test_what_a_field_is_for_comes_from_the_source() -> None:
    """In one line, and in words of YAML."""
    scenario = json_schema("scenario")

    assert scenario["definitions"]["Line"]["properties"]["act"]["description"] == (
        "What the words do; `open` lines are kept for the first round, `close` for the last."
    )
    assert scenario["definitions"]["Limits"]["properties"]["tokens"]["description"] == (
        "Prompt plus completion tokens; left out: no limit."
    )


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda value: getattr(value, "stem", value))
def test_shipped_files_fit_their_schemas(kind: Kind, path: Path) -> None:
    """And name them in their first line, by a path that also holds in a copy of the starter."""
    text = path.read_text(encoding="utf-8")

    mistakes = jsonschema.Draft7Validator(json_schema(kind)).iter_errors(
        as_json(parse(text, path.name).data)
    )

    assert [f"{one.json_path}: {one.message}" for one in mistakes] == []
    if text.startswith(LINE):
        named = (path.parent / text.partition("\n")[0].removeprefix(LINE)).resolve()
        assert named == ROOT / "docs" / "schema" / f"{kind}.json"
        assert "docs/schema" in STARTER_PARTS


@pytest.mark.parametrize(
    ("kind", "data", "place"),
    [
        ("persona", {"name": "Ada", "nmae": "Ada"}, "$"),
        ("persona", {"name": "Ada", "tier": {"floor": "huge"}}, "$.tier.floor"),
        ("persona", {"name": "Ada", "talkativeness": 2}, "$.talkativeness"),
        ("scenario", {"title": "T", "setting": "S", "cast": []}, "$.cast"),
        ("scenario", {"title": "T", "setting": "S", "cast": [{"name": "a"}]}, "$.cast[0]"),
        ("scenario", {**TALK, "events": [{"at": {}, "say": "a"}]}, "$.events[0].at"),
        ("scenario", {**TALK, "phases": [{"name": "a", "turns": 0}]}, "$.phases[0].turns"),
        ("models", {"endpoints": {}, "models": {"a/b": {"batch": 2}}}, "$.models['a/b'].batch"),
    ],
)
def test_mistakes_are_seen_by_an_editor(kind: Kind, data: dict[str, object], place: str) -> None:
    """At the place where they are."""
    mistakes = jsonschema.Draft7Validator(json_schema(kind)).iter_errors(data)

    assert place in {one.json_path for one in mistakes}


@pytest.mark.parametrize("rules", [{}, {"phrase": "a", "turns": 3}])
def test_a_stop_rule_has_one_field(rules: dict[str, object]) -> None:
    """An editor sees that, too."""
    data = {"title": "T", "setting": "S", "cast": [{"persona": "a"}], "stop": rules}

    mistakes = list(jsonschema.Draft7Validator(json_schema("scenario")).iter_errors(data))

    assert [one.json_path for one in mistakes] == ["$.stop"]
