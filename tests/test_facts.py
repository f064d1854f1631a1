"""Facts and secrets in a persona's file: read strictly, told in its card, and by nobody else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from simulator.conversation.perception import Perceived
from simulator.conversation.prompts import Prompts, Situation
from simulator.definitions.cast import Member
from simulator.definitions.facts import Facts, NameFact, NumberFact, Secret, as_secret
from simulator.definitions.persona import Persona
from simulator.definitions.project import Project, validate
from simulator.definitions.yaml_file import read_text
from simulator.errors import InvalidFiles
from tests.talks import cast_of, member

FILE = """\
name: Hedda Brandt
facts:
  age: 41
  numbers: [{what: "euros a month for parking", value: 46.50}]
  names: [{what: cat, value: Muck}]
  does_not_know: [SQL, "what the clinic earns"]
  opinion: "against merging the two wards at the beginning"
secrets:
  - she has signed a contract
  - {text: she mixed up two medicines, tell: [deniz]}
  - {text: she is tired, tell: asked}
"""


def test_facts_and_secrets_are_read() -> None:
    """A plain text is a secret that is never told."""
    persona = read_text(FILE, file="personas/hedda.yaml", model=Persona)

    assert persona.facts == Facts(
        age=41,
        numbers=(NumberFact(what="euros a month for parking", value=Decimal("46.5")),),
        names=(NameFact(what="cat", value="Muck"),),
        does_not_know=("SQL", "what the clinic earns"),
        opinion="against merging the two wards at the beginning",
    )
    assert [as_secret(secret) for secret in persona.secrets] == [
        Secret(text="she has signed a contract", tell="never"),
        Secret(text="she mixed up two medicines", tell=("deniz",)),
        Secret(text="she is tired", tell="asked"),
    ]


@pytest.mark.parametrize(
    ("written", "place", "told"),
    [
        ("facts: {aeg: 4}", (2, 9), "`aeg` is not a field here. Did you mean `age`?"),
        (
            "facts: {age: old}",
            (2, 14),
            "`age` must be a whole number, not the text 'old'.",
        ),
        ("facts: {age: true}", (2, 14), "`age` must be a number, not true."),
        (
            "facts:\n  numbers:\n    - {what: years, valeu: 3}",
            (4, 21),
            "`valeu` is not a field here. Did you mean `value`?",
        ),
        (
            "facts: {names: [Muck]}",
            (2, 17),
            (
                "Item 1 of `names` must be fields (`name: value`), not the text 'Muck'. "
                "Fields here: `what` and `value`."
            ),
        ),
        (
            "facts: {does_not_know: SQL}",
            (2, 24),
            "`does_not_know` must be a list, not the text 'SQL'. Write [SQL].",
        ),
        ("age: 4", (2, 1), "`age` is not a field here. It belongs under `facts`: indent it there."),
        ("secrets: [{txt: a}]", (2, 12), "`txt` is not a field here. Did you mean `text`?"),
        (
            "secrets: [{tell: never}]",
            (2, 12),
            "`text` is missing: What is kept, in a sentence. Add `text: ...`.",
        ),
        (
            "secrets:\n  - {text: a, tell: askd}",
            (3, 21),
            (
                "`tell` must be one of `never` or `asked` or a list, not the text 'askd'. "
                "Did you mean `asked`?"
            ),
        ),
        (
            "secrets: [{text: a, tell: dev}]",
            (2, 27),
            "`tell` must be one of `never` or `asked` or a list, not the text 'dev'. Write [dev].",
        ),
        (
            "secrets: [[a, b]]",
            (2, 11),
            (
                "Item 1 of `secrets` must be text or fields (`name: value`), not a list. "
                "Leave out the dashes."
            ),
        ),
        ("secrets: ['']", (2, 11), "Item 1 of `secrets` must not be empty."),
    ],
)
def test_a_mistake_has_a_place_and_a_cure(written: str, place: tuple[int, int], told: str) -> None:
    """Also inside the two forms of a secret: the one that was meant is spoken of."""
    with pytest.raises(InvalidFiles) as raised:
        read_text(f"name: A\n{written}\n", file="personas/a.yaml", model=Persona)

    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == place
    assert f"{problem.message} {problem.hint}".strip() == told


def test_those_who_may_hear_a_secret_exist(tmp_path: Path) -> None:
    """In a persona's file they are personas, in a scenario's members of its cast."""
    files = {
        "personas/ada.yaml": "name: Ada\nsecrets: [{text: she counts, tell: [boo]}]\n",
        "personas/bob.yaml": "name: Bob\n",
        "scenarios/talk.yaml": (
            "title: T\nsetting: S\ncast:\n"
            "  - {persona: ada, secrets: [{text: she is bored, tell: [bbo]}]}\n"
            "  - {persona: bob}\n"
        ),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    problems = validate(
        [tmp_path / "personas/ada.yaml", tmp_path / "scenarios/talk.yaml"],
        project=Project(tmp_path),
    )

    assert [f"{one.line}:{one.column} {one.message} {one.hint}" for one in problems] == [
        "2:37 No persona is called 'boo'. Did you mean 'bob'?",
        "4:58 Nobody in the cast is called 'bbo'. Did you mean 'bob'?",
    ]


def hedda() -> Member:
    """The persona of the file above, in a scenario that adds a secret."""
    persona = read_text(FILE, file="personas/hedda.yaml", model=Persona)
    written = persona.model_dump(exclude_unset=True)
    return member("hedda", **written, secrets_here=["has seen the numbers"])


def test_a_member_keeps_the_persona_s_secrets_and_those_here() -> None:
    """Their words alone are `secrets`; `kept` has the rules too."""
    one = hedda()

    assert one.secrets == (
        "she has signed a contract",
        "she mixed up two medicines",
        "she is tired",
        "has seen the numbers",
    )
    assert [secret.tell for secret in one.kept] == ["never", ("deniz",), "asked", "never"]


def test_the_card_tells_facts_and_rules_in_plain_words() -> None:
    """Ids become the names of those who are here; whoever is not here is left out."""
    one = hedda()

    sections = card(one, "deniz")

    assert sections["facts"] == (
        "True of you, and not to be got wrong: your age: 41; euros a month for parking: 46.5; "
        "cat: Muck.\n"
        "You know nothing about this and do not guess: SQL; what the clinic earns.\n"
        "Before anybody has argued you are: against merging the two wards at the beginning."
    )
    assert sections["secrets"].splitlines()[1:] == [
        "- she has signed a contract",
        "- she mixed up two medicines (you may tell it to nobody but Deniz)",
        "- she is tired (you tell it only to somebody who asks you for just that)",
        "- has seen the numbers",
    ]
    assert "- she mixed up two medicines\n" in card(one, "ilse")["secrets"]


def test_facts_are_private() -> None:
    """Nobody else's prompt has them."""
    other = card(member("deniz"), hedda())

    assert "Muck" not in "".join(other.values())


def card(one: Member, other: Member | str) -> dict[str, str]:
    """What a member is told when it has the floor, by section."""
    cast = cast_of(one, other)
    circumstances = Situation(turn=1, turns=12, perceived=Perceived((), ()), context_tokens=100_000)
    prompt = Prompts(cast=cast).speaking(one, circumstances)
    return {part.name: part.text for part in prompt.sections()}
