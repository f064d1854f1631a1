"""What editors need to complete and check the files that users write: JSON schemas.

The schemas are made of the models, with the string under each field as its description. They
stand in `docs/schema/`, and a first line such as
`# yaml-language-server: $schema=../docs/schema/persona.json` names them to an editor. They are
written in draft 7, which every editor's YAML support knows.

Pydantic could take the strings when the classes are made; that would cost every start of the
command 20 ms, measured, so they are read when somebody asks for a schema.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from simulator.definitions.intervention import Moment
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import Scenario
from simulator.definitions.stop_rule import StopRule
from simulator.definitions.tool_servers import ToolServers
from simulator.definitions.yaml.model_place import docstrings, fields

__all__ = ["KINDS", "Kind", "json_schema", "schema_text"]

Kind = Literal["models", "persona", "scenario", "tools"]

KINDS: Mapping[Kind, type[BaseModel]] = MappingProxyType(
    {"models": ModelCatalog, "persona": Persona, "scenario": Scenario, "tools": ToolServers}
)
"""The kinds of files that users write, by the names of their schemas."""

DRAFT = "http://json-schema.org/draft-07/schema#"
RENAMED = {"$defs": "definitions", "ge": "minimum", "le": "maximum"}
"""What pydantic writes here and there, and the word for it in draft 7."""


def json_schema(kind: Kind) -> dict[str, Any]:
    """The schema of one kind of file."""
    made = KINDS[kind].model_json_schema(
        ref_template="#/definitions/{model}", schema_generator=_Described
    )
    return {"$schema": DRAFT, **_tidy(made)}


def schema_text(kind: Kind) -> str:
    """The schema as the file `docs/schema/KIND.json` holds it."""
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


class _Described(GenerateJsonSchema):
    """Pydantic's schemas, with what the source says about each class and field."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made, model = super().model_schema(schema), schema["cls"]
        docs, written = docstrings(model), fields(model)
        names = {id(info): name for name, info in model.model_fields.items()}
        for key, field in made["properties"].items():
            field["title"] = self.get_title_from_name(key)
            field["description"] = _in_yaml_words(docs.get(names[id(written[key])], ""))
        made["description"] = " ".join(inspect.cleandoc(model.__doc__ or "").split())
        if model is StopRule:
            made |= {"minProperties": 1, "maxProperties": 1}
        if model is Moment:
            made |= {"minProperties": 1}
        return made


def _in_yaml_words(text: str) -> str:
    """What a docstring says, in one line, for people who write YAML and not Python."""
    flat = " ".join(text.split())
    for python, yaml in (("None: ", "left out: "), ("True: ", "true: "), ("False: ", "false: ")):
        flat = flat.replace(python, yaml)
    return flat


def _tidy(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema in draft 7, without the defaults that editors would only insert as noise."""
    tidied: dict[str, Any] = {}
    for key, value in schema.items():
        name = RENAMED.get(key, key)
        if key in {"$defs", "properties"}:
            tidied[name] = {inner: _tidy(part) for inner, part in value.items()}
        elif key in {"items", "additionalProperties"} and isinstance(value, dict):
            tidied[name] = _tidy(value)
        elif key == "anyOf":
            tidied[name] = [_tidy(part) for part in value]
        elif key != "default" or (value not in (None, "") and not isinstance(value, list | dict)):
            tidied[name] = value
    if "$ref" in tidied and len(tidied) > 1:
        tidied = {"allOf": [{"$ref": tidied.pop("$ref")}], **tidied}
    return tidied
