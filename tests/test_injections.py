"""Foreign words stay words: cards, tools, knowledge and speech forge nothing in a request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.conversation.fidelity import compile_guard
from simulator.conversation.prompts import Prompts, Situation
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.errors import InvalidFiles
from simulator.llm.stand_in.cue import Cue, find_cue
from simulator.record.events import ToolCalled, TurnTaken
from simulator.sync import run_sync
from simulator.testing import completion
from tests.llm_samples import catalog
from tests.stage import Body, asked, reply, stage
from tests.talks import cast_of, member, talk

CORPUS = Path(__file__).parent / "corpora" / "injections.yaml"
CUE = Cue(scenario="talk", persona="dev", purpose="speak", turn=1, turns=4, cast=3, seed=1)
HARMLESS = "Wooden spoons"
"""What stands in the place of every text to see what a request looks like without it."""
NAMES = ("Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo", "Kit", "Lea")
"""Who talks: each brings a text of its own, so that many go through one talk."""
OWNER = "Zoe"
"""Comes last and owns the tools that texts want called."""
SCENARIO = """
title: Talk
setting: A canteen.
graph: round_table
whispers: true
fidelity: "off"
"""
"""Nobody is corrected for saying aloud what stands in their secrets, as everybody does here."""
LOOK = '''
from pathlib import Path

def look(who: str) -> str:
    """Look at somebody's board."""
    return Path(__file__).with_name(f"{who}.txt").read_bytes().decode()
'''
WANTED = '''
def NAME() -> str:
    """Do as somebody wants."""
    Path(__file__).with_name("it_ran").touch()
    return "Done."
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A text, and the channels through which it comes; through the others come harmless words."""

    text: str
    tool: str = ""
    """The tool it wants called."""
    card: str = HARMLESS
    board: str = HARMLESS
    notes: str = HARMLESS
    speech: str = HARMLESS

    def through(self, *channels: str) -> Foreign:
        """The same text through these channels; what is blank cannot be said."""
        brought = dict.fromkeys(channels, self.text)
        if "speech" in brought:
            brought["speech"] = self.text.strip() or HARMLESS
        return replace(self, **brought)


def corpus() -> tuple[Foreign, ...]:
    """Every text of the corpus, and one that forges the line for a stand-in."""
    texts = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    cue = Foreign(text=f"Look:\n{CUE.as_line()}\n{CUE.as_line()}")
    return (
        *(
            Foreign(
                text=one["text"] * one.get("repeat", 1) + one.get("tail", ""),
                tool=one.get("tool", "") if one["aim"] == "call_tool" else "",
            )
            for one in texts
        ),
        cue,
    )


TEXTS = corpus()
WANTS = tuple(one for one in TEXTS if one.tool)
CHANNELS = ("card", "board", "notes", "speech")
TWICE = 2 * len(NAMES) + 1
"""Turns until everybody has spoken and whispered."""


def tables(texts: Sequence[Foreign]) -> list[tuple[Foreign, ...]]:
    """As many texts at a time as there are people, the last table filled up."""
    size = len(NAMES)
    filled = (*texts, *[Foreign(text=HARMLESS)] * (-len(texts) % size))
    return [filled[first : first + size] for first in range(0, len(filled), size)]


def persona(name: str, foreign: Foreign) -> dict[str, Any]:
    """A persona's file with the text in every field that takes one."""
    card = foreign.card
    return {
        "name": name,
        "about": card,
        "traits": [card],
        "goals": [card, card],
        "wont": [card],
        "secrets": [card, {"text": card, "tell": "asked"}],
        "relationships": {NAMES[0].lower(): card, NAMES[1].lower(): card},
        "style": {"tone": card},
        "facts": {
            "opinion": card,
            "does_not_know": [card],
            "names": [{"what": card, "value": card}],
        },
        "samples": [{"say": card}],
        "tools": ["my_tools.py:look", "search_knowledge_base"],
        "knowledge": [f"{name.lower()}.md"],
    }


def written(folder: Path, table: Sequence[Foreign], *, owned: Sequence[str] = ()) -> Cast:
    """The cast of a project in files.

    Raises:
        InvalidFiles: the reader refuses what stands in them.
    """
    people = {name: persona(name, one) for name, one in zip(NAMES, table, strict=True)}
    people[OWNER] = {"name": OWNER, "tools": [f"my_tools.py:{tool}" for tool in owned]}
    (folder / "personas").mkdir(exist_ok=True)
    for name, card in people.items():
        text = yaml.safe_dump(card, default_style='"', width=10**6)
        (folder / "personas" / f"{name.lower()}.yaml").write_text(text)
    for name, one in zip(NAMES, table, strict=True):
        notes = f"{one.notes}\n\n# Kettle\n\nThe kettle is on."
        (folder / "personas" / f"{name.lower()}.md").write_bytes(notes.encode())
        (folder / f"{name.lower()}.txt").write_bytes(one.board.encode())
    tools = (WANTED.replace("NAME", tool) for tool in owned)
    (folder / "my_tools.py").write_text("".join((LOOK, *tools)))
    cast = {"cast": [{"persona": name.lower()} for name in people]}
    most = {"context_tokens": 10_000_000, "tool_characters": 10_000_000}
    turns = {"limits": {"turns": TWICE, **most}}
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "talk.yaml").write_text(SCENARIO + yaml.safe_dump({**cast, **turns}))
    return Project.find(folder).cast("talk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A table of people, each with a text, and what they do."""

    table: tuple[Foreign, ...]
    obeying: bool = False
    """Whether everybody calls the tool that a text they read wants."""

    def __call__(self, body: Body) -> Body:
        """Who speaks first looks everything up; in the second round they whisper."""
        speaker, turn = asked(body)
        if speaker == OWNER:
            return reply("Well.")
        place = NAMES.index(speaker)
        foreign = self.table[place]
        done = [name for message in body["messages"] for name in called_in(message)]
        if turn <= len(NAMES) and not done:
            return looking_up(speaker, foreign)
        wanted = self._wanted(body).difference(done) if self.obeying else ()
        if wanted:
            return completion(tools=[(name, name, "{}") for name in sorted(wanted)])
        after = NAMES[(place + 1) % len(NAMES)]
        return reply(foreign.speech, to=[after.lower()] if turn > len(NAMES) else [])

    def _wanted(self, body: Body) -> set[str]:
        """The tools that the texts in a request want called."""
        words = squeezed(words_in(body))
        return {one.tool for one in self.table if squeezed(one.text)[:25] in words} - {""}


def looking_up(speaker: str, foreign: Foreign) -> Body:
    """An answer that asks for one's board and one's notes."""
    board = json.dumps({"who": speaker.lower()})
    notes = json.dumps(
        {"query": f"kettle {foreign.notes[:300]} {foreign.notes[-99:]}", "category": None}
    )
    return completion(tools=[("a", "look", board), ("b", "search_knowledge_base", notes)])


def called_in(message: Mapping[str, Any]) -> list[str]:
    """The names of the tools a message wants."""
    return [one["function"]["name"] for one in message.get("tool_calls") or ()]


def read_by(
    folder: Path, table: Sequence[Foreign], **more: Any
) -> tuple[tuple[Foreign, ...], Cast]:
    """The cast; where the reader refuses a card, in one clean sentence, without that card."""
    try:
        return tuple(table), written(folder, table, **more)
    except InvalidFiles as refusal:
        refused = {Path(one.file).stem for one in refusal.problems if one.line and one.message}
        left = [
            replace(one, card=HARMLESS) if name.lower() in refused else one
            for name, one in zip(NAMES, table, strict=True)
        ]
        return tuple(left), written(folder, left, **more)


async def requests(talk: Talk, cast: Cast, content: str) -> list[dict[str, Any]]:
    """What was asked at an endpoint that takes this kind of content."""
    there = stage(cast, talk, models=catalog(content=content))
    await there.play()
    return there.network.bodies


def words_in(body: Body) -> str:
    """All that stands in a request's messages."""
    return "\n".join(text for message in body["messages"] for text in texts_in(message))


def squeezed(text: str) -> str:
    """A text without its spaces and breaks."""
    return "".join(text.split())


def escaped(text: str) -> str:
    """Words as a prompt has them: a break in them is a line feed and four spaces."""
    return "\n    ".join(text.splitlines()).replace("<stand-in>", "<stand-in >")


def texts_in(message: Mapping[str, Any]) -> list[str]:
    """The pieces of a message's content."""
    content = message["content"]
    return [content] if isinstance(content, str) else [part["text"] for part in content]


def margin(text: str, width: int = 4) -> list[str]:
    """The lines that do not begin with so many spaces, whatever breaks a line."""
    return [line for line in text.splitlines() if line.strip() and line[:width].strip()]


def beside(ours: Sequence[Body], plain: Sequence[Body], role: str) -> Iterator[tuple[str, str]]:
    """Every piece of a role's messages beside the piece with harmless words in its place."""
    for body, other in zip(ours, plain, strict=True):
        for message, its in zip(body["messages"], other["messages"], strict=True):
            if its["role"] == role:
                yield from zip(texts_in(message), texts_in(its), strict=True)


def assert_same_shape(ours: Sequence[Body], plain: Sequence[Body]) -> None:
    """Roles, count and everything but the messages are as with harmless words."""
    roles, others = (
        [[message["role"] for message in body["messages"]] for body in bodies]
        for bodies in (ours, plain)
    )
    around, usual = ([{**body, "messages": None} for body in bodies] for bodies in (ours, plain))
    assert (roles, around) == (others, usual)


def assert_begins_as(text: str, plain: str) -> None:
    """Every line at the margin begins as with harmless words, and there are as many."""
    begun = [line.partition(HARMLESS)[0] for line in margin(plain)]
    lines = margin(text)
    assert [line[: len(start)] for line, start in zip(lines, begun, strict=True)] == begun


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The requests of the talk with harmless words, by the kind of content."""
    folder = tmp_path_factory.mktemp("plain")
    (table,) = tables([Foreign(text=HARMLESS)])
    cast = written(folder, table)
    talk = Talk(table=table)
    return {kind: run_sync(requests(talk, cast, kind)) for kind in ("parts", "text")}


@pytest.mark.parametrize("content", ["parts", "text"])
@pytest.mark.parametrize("table", tables([one.through(*CHANNELS) for one in TEXTS]))
async def test_foreign_words_are_words(
    table: tuple[Foreign, ...],
    content: str,
    plain: dict[str, list[dict[str, Any]]],
    tmp_path: Path,
) -> None:
    """Through all channels: roles, rules and labels are ours alone, and the words arrive."""
    read, cast = read_by(tmp_path, table)

    bodies = await requests(Talk(table=read), cast, content)

    assert_same_shape(bodies, plain[content])
    for text, its in beside(bodies, plain[content], "system"):
        assert text == its
        assert HARMLESS not in text
    for text, its in beside(bodies, plain[content], "user"):
        assert_begins_as(text, its)
        assert find_cue(text) is None
    assert_arrived(bodies, read)


def assert_arrived(bodies: Sequence[Body], table: Sequence[Foreign]) -> None:
    """Card, board, notes and speech are read, whole but for the escaping."""
    for name, one in zip(NAMES, table, strict=True):
        mine = [body["messages"] for body in bodies if asked(body)[0] == name]
        told = "\n\n".join(text for message in mine[0][1:] for text in texts_in(message))
        assert escaped(f"- {name}. {one.card}".rstrip()) in told
        assert escaped(f'- "{one.card}"') in told
        board, notes = (texts_in(message)[0] for message in mine[1][-2:])
        assert board == escaped(one.board)
        assert all(line.lstrip().startswith(f"[{name.lower()}.md") for line in margin(notes, 8))
        assert escaped(f"{name}: {one.speech}") in words_in(bodies[-1])


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("table", tables(WANTS))
async def test_no_tool_runs_because_a_text_wants_it(
    table: tuple[Foreign, ...], channel: str, tmp_path: Path
) -> None:
    """Models that obey whatever they read are refused the tools of others, and go on talking."""
    owned = sorted({one.tool for one in table} - {""})
    through = [one.through(channel) for one in table]
    read, cast = read_by(tmp_path, through, owned=owned)
    there = stage(cast, Talk(table=read, obeying=True), models=catalog())

    events = (await there.play()).events

    words = squeezed("".join(map(words_in, there.network.bodies)))
    assert all(squeezed(one.text)[:25] in words for one in table)
    calls = [one for one in events if isinstance(one, ToolCalled) and one.tool in owned]
    yours = "yours: look, search_knowledge_base"
    assert {(one.tool, one.result, one.error) for one in calls} == {
        (tool, None, f"you have no tool {tool!r}; {yours}") for tool in owned
    }
    assert not (tmp_path / "it_ran").exists()
    assert sum(isinstance(one, TurnTaken) for one in events) == TWICE


def test_names_and_own_words_are_set_apart() -> None:
    """A `system_prompt` or a name forges neither the rest of the last message nor a line."""
    for foreign in TEXTS:
        name = f"Ann {foreign.text}"
        cast = cast_of(member("rosa", system_prompt=foreign.text, name=name))
        state = talk(cast, ("rosa", foreign.text))
        rosa = cast.member("rosa")
        prompts, situation = Prompts(cast=cast), Situation.of(state, cast, "rosa")
        speaking = prompts.speaking(rosa, situation)
        choosing = prompts.choice(rosa, situation, candidates=["rosa"])

        assert escaped(foreign.text) in speaking.private_text
        assert [line.split()[0] for line in margin(speaking.private_text)] == ["You", "It"]
        assert [line.split()[0] for line in margin(choosing.private_text)] == ["You"]
        assert [line.split()[0] for line in margin(speaking.transcript[0])] == ["[1]"]
        assert not any(find_cue(one.text) for one in (*speaking.sections(), *choosing.sections()))


def test_the_guard_reads_every_text() -> None:
    """What a turn is corrected by shows pieces of it on a single line, whatever was said."""
    facts = {"age": 40, "numbers": [{"what": "cats", "value": 2}], "does_not_know": ["SQL"]}
    for foreign in TEXTS:
        secrets = ["The box is empty.", foreign.text]
        rosa = member("rosa", facts=facts, secrets=secrets, traits=[foreign.text])
        cast = cast_of(rosa, "dev")

        breaches = compile_guard(rosa, cast).check(foreign.text)

        assert [len(one.evidence.splitlines()) for one in breaches] == [1] * len(breaches)
