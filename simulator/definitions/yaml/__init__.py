"""Reading YAML strictly and telling its mistakes; the door is `simulator.definitions.yaml_file`."""

from __future__ import annotations

__all__: list[str] = []
