"""What somebody takes along from a talk that is over: an episode, and a few facts.

Both are made of what the member heard and said itself, and of nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from simulator.conversation.memory.forms import MOST_FACTS, Fact, facts_schema, parse_facts
from simulator.conversation.perception import Perceived
from simulator.conversation.prompts import MEMORY_TOKENS, Prompts, Situation, whispers
from simulator.conversation.quoting import quoted
from simulator.conversation.state import State, Utterance
from simulator.definitions.cast import Cast, Member
from simulator.definitions.persona import TierRange
from simulator.llm.ask import Question
from simulator.llm.prompt import Section, shortened
from simulator.record.events import MemoryKept
from simulator.record.full_text import telling, words_in

__all__ = ["episode_of", "facts_of", "facts_question"]

_SUBJECTS = 6
"""Words that say what a talk was about."""
_SHORTEST = 5
"""Letters of such a word."""
_QUOTE_TOKENS = 30


def facts_question(
    state: State, cast: Cast, prompts: Prompts, *, member: Member
) -> Question[tuple[Fact, ...]] | None:
    """What is asked about a member when the talk is over; None where it heard nothing."""
    situation = Situation.of(state, cast, member.id)
    if not situation.perceived.in_order:
        return None
    private = (
        Section("whispers", whispers(cast, situation.perceived.private)),
        Section("instruction", _instruction(member)),
    )
    return Question(
        persona=member.id,
        purpose="extract",
        prompt=prompts.beside(situation, facts_schema(), private),
        parse=parse_facts,
        tiers=TierRange(floor="simple", ceiling="simple"),
    )


def facts_of(
    facts: Iterable[Fact], state: State, member: Member, *, calls: Sequence[str]
) -> tuple[MemoryKept, ...]:
    """The facts for the record: those from turns the member has heard, each once.

    What a stand-in puts in brackets is no fact.
    """
    heard = {one.turn for one in state.utterances if one.heard_by(member.id)}
    known = {one.fact: one for one in facts if one.turn in heard}
    return tuple(
        MemoryKept(
            turn=state.turn,
            speaker=member.id,
            form="fact",
            text=shortened(one.fact, tokens=MEMORY_TOKENS),
            said_in=one.turn,
            calls=tuple(calls),
        )
        for one in known.values()
        if not _is_direction(one.fact)
    )


def episode_of(perceived: Perceived, cast: Cast, *, member: Member) -> str:
    """One sentence or two about the talk as a member lived through it; empty where it did not."""
    lines = [one for one in perceived.in_order if not _is_direction(one.text)]
    own = [one for one in lines if one.speaker == member.id]
    others = list(dict.fromkeys(one.speaker for one in lines if one.speaker in cast.ids))
    names = [cast.member(one).name for one in others if one != member.id]
    if not names and not own:
        return ""
    about = f" about {', '.join(subjects)}" if (subjects := _subjects(lines)) else ""
    people = f" with {_listed(names)}" if names else ""
    talked = f"In {cast.scenario.title} I talked{people}{about}."
    first = f'I began: "{_quote(own[0])}"' if own else "I said nothing."
    last = f'At the end I said: "{_quote(own[-1])}"' if len(own) > 1 else ""
    whole = " ".join(part for part in (talked, first, last) if part)
    return shortened(whole, tokens=MEMORY_TOKENS)


def _is_direction(text: str) -> bool:
    """Whether a text is a stand-in's stage direction, which nobody said or thought."""
    bare = text.strip()
    return bare.startswith("[") and bare.endswith("]")


def _subjects(lines: Sequence[Utterance]) -> list[str]:
    """The telling words that came up in most lines, at least in two."""
    counted = Counter(
        word.lower()
        for one in lines
        for word in telling(words_in(one.text))
        if len(word) >= _SHORTEST
    )
    return [word for word, times in counted.most_common(_SUBJECTS) if times > 1]


def _quote(said: Utterance) -> str:
    return shortened(" ".join(said.text.split()), tokens=_QUOTE_TOKENS)


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _instruction(member: Member) -> str:
    return quoted(
        f"This conversation is over, and you take no part in it. {member.name} heard what stands "
        f"above. Write down at most {MOST_FACTS} facts that {member.name} should still know when "
        "they meet some of these people again: what the others are, have, want, think, said or "
        f"promised, and what {member.name} promised. Each is one short sentence that can be "
        "understood by itself, with names instead of pronouns, and bears the number of the turn "
        "it was said in. Write nothing that was not said; fewer facts are better than guesses."
    )
