"""Who is there, as prompts tell it: a line for each coming and going, and who is here now.

These lines are ours. They begin with a parenthesis, which nothing that is said or written about
people does: words of theirs stand behind a label, and are indented after a break.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from simulator.conversation.perception import Perceived
from simulator.conversation.prompts.cards import public_card
from simulator.conversation.prompts.situation import Situation
from simulator.conversation.quoting import quoted
from simulator.conversation.state import Move, Utterance
from simulator.definitions.cast import Cast
from simulator.llm.prompt import estimate_tokens

__all__ = ["found_cards", "here_now", "move_line", "presence_tokens", "with_moves"]


def move_line(cast: Cast, move: Move) -> str:
    """Somebody comes in or leaves; of whoever was not there at the start, with the public card."""
    member = cast.member(move.member)
    if not move.comes:
        return quoted(f"({member.name} leaves.)")
    late = move.member in cast.late
    return f"(In comes {public_card(member)})" if late else quoted(f"({member.name} comes back.)")


def here_now(cast: Cast, situation: Situation) -> str:
    """Who is there, where that is not everybody of the start; empty: it is.

    With the public cards of those who had come in before the speaker did.
    """
    here, parts = situation.here, list[str]()
    if here and set(here) != set(cast.ids) - cast.late:
        names = ", ".join(quoted(cast.member(one).name) for one in here)
        parts.append(f"Here now: {names}. Nobody else hears what is said.")
    if cards := found_cards(cast, situation.perceived):
        parts.append("\n".join(("Here when you came in:", *cards)))
    return "\n".join(parts)


def found_cards(cast: Cast, perceived: Perceived) -> tuple[str, ...]:
    """The public cards of those whom somebody found there who has not seen them come in."""
    seen = {move.member for move in perceived.moves if move.comes}
    late = (one for one in perceived.found if one in cast.late - seen)
    return tuple(f"- {public_card(cast.member(one))}" for one in late)


def presence_tokens(cast: Cast, moves: Sequence[Move]) -> int:
    """Estimated tokens for all of this, the same for every speaker, so that all read alike."""
    if not moves and not cast.late:
        return 0
    names = estimate_tokens(", ".join(member.name for member in cast.members))
    return names + 2 * sum(estimate_tokens(move_line(cast, move)) for move in moves)


def with_moves(
    perceived: Perceived, first: int, last: int | None = None
) -> Iterator[Utterance | Move]:
    """The public words from place `first` on to before `last`, each after the moves before it.

    None: to the end, and what moved after the last words as well.
    """
    moves = deque(perceived.moves)
    for place, said in enumerate(perceived.public[:last]):
        while moves and moves[0].comes_before(said):
            move = moves.popleft()
            if place >= first:
                yield move
        if place >= first:
            yield said
    if last is None:
        yield from moves
