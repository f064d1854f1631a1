"""What users write, typed: personas, scenarios and models.yaml, read strictly and checked.

`project` finds and checks whole folders, `yaml_file` reads one file, `json_schema` describes the
files to editors. Nothing here knows a model library or a database, and no code of the user's runs.
"""

from __future__ import annotations

__all__: list[str] = []
