"""A project: found from anywhere in it, read as a whole, made into a cast that can be played."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from simulator.definitions.cast import Cast, member_from
from simulator.definitions.persona import Persona
from simulator.definitions.project import STARTER_PARTS, Project
from simulator.definitions.scenario import CastEntry
from simulator.errors import InvalidFiles, NotFound, UsageError

ROOT = Path(__file__).parent.parent
STARTER = Project.starter()
FILES = {
    "personas/ada.yaml": "name: Ada Byron\nsecrets: [she counts]\n",
    "personas/bo.yml": "name: Bo\nknowledge: [knowledge/tea.md]\n",
    "personas/knowledge/tea.md": "Tea is at four.\n",
    "personas/knowledge/notes.yaml": "nobody: reads this as a persona\n",
    "scenarios/tea.yaml": """\
        title: Tea with {{ guest }}
        setting: A kitchen at {{ time }}.
        inputs:
          guest: {default: nobody}
          time: {default: four}
        cast:
          - {persona: bo, goals: ["pour for {{ guest }}"]}
          - {persona: ada, as: queen, secrets: [she is bored]}
          - {persona: ada}
        """,
    "graphs/round_table.py": "conversation = raises_if_run\n",
}


def written(root: Path, files: dict[str, str]) -> Path:
    """The folder, with the files in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project."""
    return Project(written(tmp_path / "project", FILES))


def test_a_project_is_found_from_any_folder_in_it(project: Project) -> None:
    """The nearest folder above that is a project counts, and a file stands for its folder."""
    starts = ["", "personas", "personas/knowledge", "scenarios/tea.yaml", "personas/not/there"]

    found = [Project.find(project.root / start) for start in starts]

    assert found == [project] * len(starts)


@pytest.mark.parametrize(
    ("files", "is_project"),
    [
        (["models.yaml"], True),
        (["personas/a.yaml", "scenarios/b.yaml"], True),
        (["personas/a.yaml"], False),
        (["scenarios/b.yaml", "graphs/c.py"], False),
        (["models.yaml/x"], False),
    ],
)
def test_what_makes_a_folder_a_project(
    tmp_path: Path, files: list[str], *, is_project: bool
) -> None:
    """A models.yaml does, or personas and scenarios together."""
    folder = written(tmp_path / "some" / "where", dict.fromkeys(files, ""))

    found = Project.find(folder)

    assert found == (Project(folder) if is_project else STARTER)


def test_without_a_project_the_starter_is_taken(tmp_path: Path) -> None:
    """From an empty folder there are the demos, and models to play them with."""
    found = Project.find(tmp_path)

    assert found.is_starter
    assert {"design-review", "focus-group", "interview-practice"} <= set(found.scenario_ids())
    assert found.catalog().choose().name == "offline/stand-in"
    assert all((found.root / part).exists() for part in STARTER_PARTS)


def test_the_checkout_is_a_project_of_its_own() -> None:
    """Found from a folder in it, it is no starter."""
    assert Project.find(Path(__file__).parent) == Project(ROOT)


def test_ids_are_the_stems_of_the_files(project: Project) -> None:
    """Sorted, whatever the ending; hidden files, folders and other texts are not counted."""
    more = {"personas/.ada.yaml": "", "personas/ada.yaml.orig": "", "scenarios/b.yaml/c.yaml": ""}
    written(project.root, more)

    assert (project.persona_ids(), project.scenario_ids()) == (("ada", "bo"), ("tea",))


def test_what_a_project_lacks_is_the_starters(tmp_path: Path, project: Project) -> None:
    """Models and graphs one by one, people and scripts only together."""
    alone = Project(written(tmp_path / "alone", {"models.yaml": "endpoints: {}\n"}))

    assert project.catalog() == STARTER.catalog()
    assert project.graph_file("interview") == STARTER.root / "graphs" / "interview.py"
    assert project.graph_file("round_table") == project.root / "graphs" / "round_table.py"
    assert (alone.scenario_ids(), alone.persona_ids()) == (
        STARTER.scenario_ids(),
        STARTER.persona_ids(),
    )
    with pytest.raises(InvalidFiles, match=r"models\.yaml:1:1: .*endpoint"):
        alone.catalog()


def test_a_cast_has_inputs_filled_and_members_resolved(project: Project) -> None:
    """Given values go before defaults, and people who share a name are told apart."""
    persona = {name: project.persona(name) for name in project.persona_ids()}

    cast = project.cast("tea", {"guest": "Carl"})

    home = project.root / "personas"
    entries = [
        CastEntry(persona="bo", goals=("pour for Carl",)),
        CastEntry(persona="ada", name="queen", secrets=("she is bored",)),
        CastEntry(persona="ada"),
    ]
    assert cast == Cast(
        scenario_id="tea",
        scenario=cast.scenario,
        members=tuple(member_from(one, persona[one.persona], home=home) for one in entries),
        inputs={"guest": "Carl", "time": "four"},
        folder=project.root,
        graph="round_table.py:conversation",
        graph_folder=project.root / "graphs",
    )
    assert (cast.scenario.title, cast.scenario.setting) == ("Tea with Carl", "A kitchen at four.")
    assert [member.name for member in cast.members] == ["Bo", "Ada Byron (queen)", "Ada Byron"]
    assert cast.members[0].knowledge == ((home / "knowledge/tea.md", None),)
    assert cast.members[1].secrets == ("she counts", "she is bored")


def test_two_personas_of_one_name_are_told_apart(project: Project) -> None:
    """Where `as` does not tell them apart, their ids do."""
    tea = "{title: T, setting: S, cast: [{persona: ada}, {persona: eve}]}"
    written(project.root, {"personas/eve.yaml": "name: ADA BYRON", "scenarios/two.yaml": tea})

    cast = project.cast("two")

    assert [member.name for member in cast.members] == ["Ada Byron (ada)", "ADA BYRON (eve)"]


def test_a_scenario_may_stand_anywhere(project: Project, tmp_path: Path) -> None:
    """Its file is named by a path, and its people are the project's."""
    elsewhere = written(tmp_path, {"drafts/short.yaml": FILES["scenarios/tea.yaml"]})

    by_path = project.cast(elsewhere / "drafts" / "short.yaml")
    by_text = project.cast(str(elsewhere / "drafts" / "short.yaml"))

    assert by_path == by_text
    assert (by_path.scenario_id, by_path.members) == ("short", project.cast("tea").members)


def test_inputs_may_choose_people_and_graph(project: Project) -> None:
    """A study can exchange them; a name that nobody bears is told where it is used."""
    text = """\
        title: T
        setting: S
        graph: "{{ shape }}"
        inputs: {who: {}, shape: {default: interview}}
        cast: [{persona: "{{ who }}"}]
        lines: [{id: hello, speaker: bo, say: Hello.}]
        """
    written(project.root, {"scenarios/open.yaml": text})

    cast = project.cast("open", {"who": "bo"})

    assert (cast.ids, cast.graph) == (("bo",), "interview.py:conversation")
    assert cast.graph_folder == STARTER.root / "graphs"
    with pytest.raises(InvalidFiles) as caught:
        project.cast("open", {"who": "boo"})
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (5, 18)
    assert (problem.message, problem.hint) == ("No persona is called 'boo'.", "Did you mean 'bo'?")


def test_unknown_names_are_told_with_those_there_are(project: Project) -> None:
    """And with the folder in which they were looked for."""
    scenarios, personas = (project.root / name for name in ("scenarios", "personas"))

    with pytest.raises(NotFound) as scenario:
        project.cast("tee")
    with pytest.raises(NotFound) as file:
        project.cast(Path("nowhere/tee.yaml"))
    with pytest.raises(NotFound) as persona:
        project.persona("zoe")
    with pytest.raises(NotFound) as graph:
        project.graph_file("round-table")

    assert str(scenario.value) == (
        f"No scenario is called 'tee'. Did you mean 'tea'? Looked in {scenarios}."
    )
    assert str(file.value) == (
        f"No scenario is called 'nowhere/tee.yaml'. There are: tea. Looked in {scenarios}."
    )
    assert str(persona.value) == (
        f"No persona is called 'zoe'. There are: ada, bo. Looked in {personas}."
    )
    assert graph.value.known == tuple(sorted(one.stem for one in (ROOT / "graphs").glob("*.py")))


def test_inputs_must_be_known_and_have_values(project: Project) -> None:
    """Each mistake is one sentence that says what to write."""
    text = (
        "{title: '{{ a }}', setting: S, inputs: {a: {}, b: {about: Why.}}, cast: [{persona: bo}]}"
    )
    written(project.root, {"scenarios/ask.yaml": text})

    with pytest.raises(UsageError) as unknown:
        project.cast("tea", {"gest": "Carl"})
    with pytest.raises(UsageError) as missing:
        project.cast("ask")
    with pytest.raises(UsageError) as unfit:
        project.cast("ask", {"a": "", "b": ""})

    assert str(unknown.value) == ("The scenario 'tea' has no input 'gest'. Did you mean 'guest'?")
    assert str(missing.value) == (
        "The scenario 'ask' needs a value for 'a' and 'b': "
        '--set a="..." --set b="...". \'b\': Why.'
    )
    assert str(unfit.value).startswith(
        "With these inputs the scenario 'ask' is not valid: title: String should have at least 1"
    )


def test_every_mistake_of_every_file_is_told_at_once(project: Project) -> None:
    """A scenario's own mistakes, its people's, and those between them, by file and place."""
    text = """\
        title: T
        seting: S
        cast: [{persona: ada}, {persona: bo}, {persona: cy}]
        lines: [{id: hello, speaker: dee, say: Hello.}]
        """
    files = {
        "personas/ada.yaml": "name: Ada\ngoals: none\ntools: [clok]\n",
        "personas/bo.yml": "name: Bo\nknowledge: [tea.md]\n  wont: []\n",
        "personas/not_cast.yaml": "nmae: Nobody",
        "scenarios/bad.yaml": text,
    }
    written(project.root, files)

    with pytest.raises(InvalidFiles) as caught:
        project.cast("bad")

    places = [(p.file, p.line, p.column) for p in caught.value.problems]
    assert places == [
        (str(project.root / "personas/ada.yaml"), 2, 8),
        (str(project.root / "personas/ada.yaml"), 3, 9),
        (str(project.root / "personas/bo.yml"), 3, 3),
        (str(project.root / "scenarios/bad.yaml"), 2, 1),
        (str(project.root / "scenarios/bad.yaml"), 3, 49),
        (str(project.root / "scenarios/bad.yaml"), 4, 30),
    ]


def test_a_persona_is_read_with_its_mistakes(project: Project) -> None:
    """Those in its file and those between it and other files."""
    written(project.root, {"personas/cy.yaml": "name: Cy\nrelationships: {adda: a friend}\n"})

    assert project.persona("ada") == Persona(name="Ada Byron", secrets=("she counts",))
    with pytest.raises(InvalidFiles, match=r"cy\.yaml:2:17: No persona is called 'adda'\."):
        project.persona("cy")


def test_the_shipped_scenarios_can_be_cast() -> None:
    """Each has its people, its graph and a value for every input."""
    casts = [STARTER.cast(name) for name in STARTER.scenario_ids()]

    assert [cast.scenario_id for cast in casts] == list(STARTER.scenario_ids())
    assert all(len({member.name for member in cast.members}) > 1 for cast in casts)


def test_importing_a_project_is_light() -> None:
    """Beside Python's own modules it takes pydantic and yaml, and no model library."""
    code = (
        "import sys; import simulator.definitions.project, simulator.definitions.json_schema;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'langchain', 'langchain_core', 'langgraph', 'openai', 'httpx2', 'sqlite3', 'click'}))"
    )

    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert finished.stdout == "[]\n"
