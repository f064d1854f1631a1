"""How a talk ends of which nobody knows the words: rules that hang on them are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.definitions.cast import Cast
from simulator.definitions.stop_rule import StopRule

__all__ = ["may_end", "to_the_limit"]

_SURE = frozenset({"goal", "turns"})
"""Stop rules that are kept in a read-through: turns are counted, and goals are asked for."""


def may_end(cast: Cast) -> bool:
    """Whether a rule may end a run before its limit of turns."""
    stop = cast.scenario.stop
    return stop is not None and _surely(stop) != stop


def to_the_limit(cast: Cast) -> Cast:
    """The cast, going on to its limit of turns: whether a rule ends it before nobody knows."""
    stop = cast.scenario.stop
    kept = None if stop is None else _surely(stop)
    return replace(cast, scenario=cast.scenario.model_copy(update={"stop": kept}))


def _surely(rule: StopRule) -> StopRule | None:
    """What of a rule holds or not whatever is said, and what asks a model."""
    for name in ("any", "all"):
        parts: Sequence[StopRule] | None = getattr(rule, name)
        if parts is None:
            continue
        sure = [one for part in parts if (one := _surely(part)) is not None]
        if name == "all" and len(sure) < len(parts):
            sure = [one for one in sure if one.goal is not None]
        return StopRule.model_validate({name: sure}) if sure else None
    return rule if any(getattr(rule, name) is not None for name in _SURE) else None
