"""What a member perceived: a prompt can be rendered only from this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.conversation.state import State, Utterance

__all__ = ["Perceived", "perceive"]


@dataclass(frozen=True, slots=True)
class Perceived:
    """Words a member heard, those for everybody present apart from those for a few."""

    public: tuple[Utterance, ...]
    private: tuple[Utterance, ...]

    @property
    def in_order(self) -> tuple[Utterance, ...]:
        """All of them, one after the other."""
        if not self.private:
            return self.public
        return tuple(sorted((*self.public, *self.private), key=_place))


def perceive(state: State, member: str, *, heard: int | None = None) -> Perceived:
    """What `member` heard up to and including turn `heard`; None means up to now."""
    audible = _until(state.utterances, heard)
    public: list[Utterance] = []
    private: list[Utterance] = []
    for said in audible:
        if said.heard_by(member):
            (private if said.to else public).append(said)
    return Perceived(tuple(public), tuple(private))


def _place(said: Utterance) -> tuple[int, bool]:
    return said.turn, said.act is not None


def _until(utterances: Iterable[Utterance], heard: int | None) -> Iterable[Utterance]:
    """Words from outside come right before the turn they bear the number of."""
    if heard is None:
        return utterances
    return (u for u in utterances if u.turn <= heard or (u.act is None and u.turn == heard + 1))
