"""What a member perceived: a prompt can be rendered only from this."""

from __future__ import annotations

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
    public = tuple(u for u in audible if not u.to and member not in u.missed)
    private = tuple(u for u in audible if u.to and u.heard_by(member))
    return Perceived(public, private)


def _place(said: Utterance) -> tuple[int, bool]:
    return said.turn, said.act is not None


def _until(utterances: tuple[Utterance, ...], heard: int | None) -> tuple[Utterance, ...]:
    """Words from outside come right before the turn they bear the number of."""
    end = len(utterances)
    if heard is None:
        return utterances
    while end and utterances[end - 1].turn > heard:
        end -= 1
    later = (u for u in utterances[end:] if u.act is None and u.turn == heard + 1)
    return (*utterances[:end], *later)
