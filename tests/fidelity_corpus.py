"""Corpora of faithful and unfaithful turns, read: personas, and cases as a guard sees them.

A corpus is a folder under `tests/corpora` with a `personas.yaml` (id -> fields as in
docs/personas.md, plus `facts`) and any number of `cases-*.yaml`; a small one is a single file with
`personas` and `cases`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator.conversation.fidelity import Breach, Guard, compile_guard
from simulator.conversation.state import Utterance
from simulator.definitions.cast import Cast, Member, member_from
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry
from tests.talks import cast_of

__all__ = ["CORPORA", "Case", "Score", "cases", "cases_in", "score", "texts"]

CORPORA = Path(__file__).parent / "corpora"
RULES = {"never": "never", "only if asked directly": "asked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One turn, judged by a person."""

    id: str
    kind: str
    faulty: bool
    breaches: tuple[Breach, ...]
    """What the guard says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well the guard's verdicts fit those of the corpus."""

    precision: float
    recall: float
    wrong: tuple[str, ...]
    """The cases in which they differ."""


def cases(folder: Path, *, pattern: str = "cases-*.yaml") -> list[Case]:
    """The cases of a corpus, each with the guard's verdict; in the order of its files."""
    written = yaml.safe_load((folder / "personas.yaml").read_text(encoding="utf-8"))
    personas = {key: _persona(value) for key, value in written.items()}
    guards: dict[str, Guard] = {}
    found = []
    for file in sorted(folder.glob(pattern)):
        text = file.read_text(encoding="utf-8")
        found += [_judged(case, personas, guards) for case in yaml.safe_load(text)]
    return found


def cases_in(file: Path) -> list[Case]:
    """The cases of a corpus in one file, its personas beside them."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    personas = {key: _persona(value) for key, value in written["personas"].items()}
    guards: dict[str, Guard] = {}
    return [_judged(case, personas, guards) for case in written["cases"]]


def texts(folder: Path) -> list[str]:
    """Every text of a corpus: what is judged, and the lines before it."""
    found: list[str] = []
    for file in sorted(folder.glob("cases-*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            found += [case["text"], *(line["text"] for line in case["before"])]
    return found


def score(judged: Iterable[Case]) -> Score:
    """Precision and recall over cases, and where the guard is wrong."""
    some = list(judged)
    flagged = [case for case in some if case.breaches]
    faulty = [case for case in some if case.faulty]
    hits = sum(case.faulty for case in flagged)
    wrong = tuple(
        f"{'missed' if case.faulty else 'false'}: {case.kind} {case.id} "
        + ", ".join(f"{one.rule} {one.evidence!r}" for one in case.breaches)
        for case in some
        if bool(case.breaches) != case.faulty
    )
    return Score(precision=hits / len(flagged), recall=hits / len(faulty), wrong=wrong)


def _persona(written: dict[str, Any]) -> Persona:
    facts = dict(written["facts"])
    secrets = [
        {
            "text": secret["text"],
            "tell": RULES.get(secret["rule"]) or [secret["rule"].removeprefix("only to ")],
        }
        for secret in facts.pop("secrets")
    ]
    return Persona.model_validate({**written, "facts": facts, "secrets": secrets})


def _judged(case: dict[str, Any], personas: dict[str, Persona], guards: dict[str, Guard]) -> Case:
    key = f"{case['persona']} {case['others']}"
    if key not in guards:
        cast = _cast(case, personas)
        guards[key] = compile_guard(cast.members[0], cast)
    before = [
        Utterance(turn=turn, speaker=line["speaker"], text=line["text"], act="answer")
        for turn, line in enumerate(case["before"], start=1)
    ]
    return Case(
        id=case["id"],
        kind=case["kind"],
        faulty=case["verdict"] == "fault",
        breaches=guards[key].check(case["text"], said_before=before),
    )


def _cast(case: dict[str, Any], personas: dict[str, Persona]) -> Cast:
    people = [_member(case["persona"], personas[case["persona"]], "")]
    for other in case["others"]:
        persona = personas.get(other["id"]) or Persona(name=other["name"])
        people.append(_member(other["id"], persona, other["role"]))
    return cast_of(*people)


def _member(member_id: str, persona: Persona, role: str) -> Member:
    entry = CastEntry.model_validate({"persona": member_id, "role": role})
    return member_from(entry, persona, home=Path())
