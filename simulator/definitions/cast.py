"""The cast: who takes part in one scenario, resolved from its YAML and the personas'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from simulator.definitions.facts import Secret, as_secret
from simulator.definitions.knowledge_entry import Category, as_knowledge_entry
from simulator.definitions.limits import Budget
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry, Scenario
from simulator.definitions.tool_servers import ToolServer
from simulator.definitions.tool_use import ToolUse, as_tool_use
from simulator.errors import NotFound, Problem, UsageError

__all__ = ["Cast", "Member", "is_role", "is_voice_of", "member_from", "name_words"]

_TITLES = frozenset({"Dr", "Mr", "Mrs", "Ms", "Mx", "Prof", "Professor", "Sir", "Dame"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A persona with what it is, wants and hides in this scenario."""

    id: str
    """The member's id: the persona's, or what `as:` says."""
    persona_id: str
    persona: Persona
    name: str
    """What others call the member; unique within the cast."""
    role: str = ""
    """The role here; empty: only the persona's own."""
    goals: tuple[str, ...] = ()
    """The persona's goals and those here, private."""
    kept: tuple[Secret, ...] = ()
    """The persona's secrets and those here, each with who may hear it, private."""
    budget: Budget = Budget()
    enters: Literal["at_once", "later"] = "at_once"
    """Whether the member is there from the beginning."""
    player: Literal["model", "human"] = "model"
    """Whether a model or a person plays the member."""
    knowledge: tuple[tuple[Path, Category | None], ...] = ()
    """The persona's knowledge files, each with the category the persona's file gives it."""

    @property
    def tools(self) -> tuple[ToolUse, ...]:
        """The tools the member may call, and what holds for them."""
        return tuple(map(as_tool_use, self.persona.tools))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The words of what the member keeps, private."""
        return tuple(secret.text for secret in self.kept)

    @property
    def called(self) -> tuple[str, ...]:
        """What others say to call the member: the whole name, the last, the first; longest first.

        Dr. Amara Okafor is called Amara or Okafor.
        """
        whole = self.persona.name.strip() or self.id
        names = name_words(whole)
        forms = {" ".join(whole.split()), " ".join(names), names[0], names[-1]}
        return tuple(sorted(forms, key=lambda form: (-len(form), form)))


@dataclass(frozen=True, kw_only=True)
class Cast:
    """One scenario with its inputs filled in; its members are in the order of the round."""

    scenario_id: str
    scenario: Scenario
    members: tuple[Member, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    """The project's folder, where the user's own code is looked for."""
    servers: Mapping[str, ToolServer] = field(default_factory=dict)
    """The project's tool servers, by id."""
    graph: str = ""
    """The graph as user code: `round_table.py:conversation`."""
    graph_folder: Path = Path()
    """The folder that reference starts from."""
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    """What its files hold that is no mistake and should be known, such as a key."""

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The members' ids in the order of the round."""
        return tuple(member.id for member in self.members)

    @cached_property
    def humans(self) -> tuple[str, ...]:
        """Ids of the members whom people play, in the order of the round."""
        return tuple(member.id for member in self.members if member.player == "human")

    def with_humans(self, names: Iterable[str]) -> Cast:
        """The cast with people playing these members as well.

        Raises:
            NotFound: somebody is not in the cast.
        """
        wanted = tuple(names)
        for name in wanted:
            if name not in self.ids:
                where = f"Looked in the cast of {self.scenario_id!r}."
                raise NotFound("member", name, known=self.ids, hint=where)
        members = tuple(
            replace(member, player="human") if member.id in wanted else member
            for member in self.members
        )
        return replace(self, members=members)

    @cached_property
    def late(self) -> frozenset[str]:
        """Ids of the members who come in later."""
        return frozenset(member.id for member in self.members if member.enters == "later")

    @cached_property
    def _by_id(self) -> Mapping[str, Member]:
        return {member.id: member for member in self.members}

    def member(self, member_id: str) -> Member:
        """The member with this id.

        Raises:
            KeyError: there is none.
        """
        return self._by_id[member_id]

    def bond(self, one: str, other: str) -> str:
        """What a member thinks of another; empty: it does not say, or either is not in the cast."""
        if one == other or one not in self._by_id or other not in self._by_id:
            return ""
        thoughts = self._by_id[one].persona.relationships
        return thoughts.get(self._by_id[other].persona_id, "")

    def meant(self, names: Iterable[str]) -> tuple[Member, ...]:
        """The members that ids or roles name, in the order of the cast; all of them by no name."""
        wanted = tuple(names)
        if not wanted:
            return self.members
        ids = {m.id for name in wanted for m in self.members if m.id == name}
        ids |= {m.id for name in wanted if name not in self.ids for m in self.with_role(name)}
        return tuple(m for m in self.members if m.id in ids)

    def with_role(self, role: str) -> tuple[Member, ...]:
        """The members whose role here begins with these words: a judge, a judge of appeal."""
        return tuple(m for m in self.members if is_role(m.role, role))

    def needed(self, role: str) -> tuple[Member, ...]:
        """The members with a role that the graph cannot do without.

        Raises:
            UsageError: there is none.
        """
        found = self.with_role(role)
        if not found:
            raise UsageError(
                f"The graph of scenario {self.scenario_id!r} needs a {role}: give one member of "
                f"the cast `role: {role}`, or take another graph."
            )
        return found


def is_role(written: str, role: str) -> bool:
    """Whether a role as a cast writes it is this one: it begins with the same whole words."""
    return re.match(rf"{re.escape(role)}(?!\w)", written, re.IGNORECASE) is not None


def is_voice_of(voice: str, names: Iterable[str]) -> bool:
    """Whether a voice from outside would pass for the one with these names, whatever their case."""
    return _plain(voice) in map(_plain, names)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name without the titles, which call nobody; all if it has no more."""
    words = tuple(name.split())
    called = tuple(word for word in words if not word.endswith(".") and word not in _TITLES)
    return called or words


def member_from(entry: CastEntry, persona: Persona, *, home: Path) -> Member:
    """The member a line of `cast:` stands for; `home` is the folder of the persona's file."""
    name = persona.name if entry.name is None else f"{persona.name} ({entry.name})"
    return Member(
        id=entry.name or entry.persona,
        persona_id=entry.persona,
        persona=persona,
        name=name,
        role=entry.role,
        goals=persona.goals + entry.goals,
        kept=tuple(map(as_secret, persona.secrets + entry.secrets)),
        budget=entry.budget,
        enters=entry.enters,
        player=entry.player,
        knowledge=tuple(
            (home / entry.file, entry.category)
            for entry in map(as_knowledge_entry, persona.knowledge)
        ),
    )
