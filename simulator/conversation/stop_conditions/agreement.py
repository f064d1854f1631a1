"""Over when everybody who fills in a field of the reply fills in the same."""

from __future__ import annotations

from typing import Any

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["agreement"]


def agreement(field: str) -> StopCondition:
    """The last values of all who are there and have filled it in are the same, of two at least.

    In a text neither case nor white space counts.
    """

    def condition(standing: Standing, /) -> StopReason | None:
        last: dict[str, Any] = {
            said.speaker: said.reply[field]
            for said in standing.state.utterances
            if said.reply.get(field) is not None and said.speaker not in standing.state.absent
        }
        values = {
            " ".join(v.casefold().split()) if isinstance(v, str) else v for v in last.values()
        }
        if len(last) < 2 or len(values) > 1:
            return None
        value = next(iter(last.values()))
        return StopReason("agreement", f"{' and '.join(last)} agree: {field} is {value}")

    return condition
