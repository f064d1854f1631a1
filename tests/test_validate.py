"""`validate` looks at files and folders as they come, and answers with problems only."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.project import Project, validate
from simulator.errors import NotFound, Problem

ROOT = Path(__file__).parent.parent
TALK = "title: T\nsetting: S\ncast: [{persona: ada}]\n"
FILES = {
    "personas/ada.yaml": "name: Ada\n",
    "personas/bo.yml": "name: Bo\n",
    "scenarios/talk.yaml": TALK,
    "models.yaml": "endpoints: {offline: {in_process: true}}\n",
}

KEYS = [
    *("cast", "persona", "as", "lines", "id", "after", "uses", "stop", "any", "at", "turn"),
    *("inputs", "graph", "events", "tools", "knowledge", "tier", "name", "relationships"),
]
SHAPES = st.recursive(
    st.sampled_from(["ada", "bo", "a", "{{ x }}", "p.py:q", "../..", "\0", 1, None, True, ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=20,
)
"""Known keys in places where they do not belong."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without a mistake."""
    return put(tmp_path / "project", FILES)


def put(root: Path, files: dict[str, str]) -> Path:
    """The folder, with the files in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def told(problems: list[Problem], root: Path) -> str:
    """The problems, a line each and hints below; files relative to a folder, which is DIR."""
    lines = [
        line
        for problem in problems
        for line in (str(replace(problem, hint="")), problem.hint and f"  {problem.hint}")
        if line
    ]
    return "\n".join([*lines, ""]).replace(f"{root}/", "").replace(str(root), "DIR")


def test_the_shipped_project_has_no_mistakes() -> None:
    """Every persona, every scenario and models.yaml."""
    assert validate([], project=Project(ROOT)) == []


def test_without_paths_the_whole_project_is_checked(root: Path) -> None:
    """Problems come by file and place, and each once, however many files lead to it."""
    files = {
        "personas/ada.yaml": "tools: [fly]\nname: Ada\ntier: {floor: complex, ceiling: simple}\n",
        "scenarios/a-talk.yaml": TALK.replace("ada", "cy"),
        "models.yaml": "default: tiers\nendpoints: {here: {}}\n",
        "graphs/ring.py": "not python",
        "personas/knowledge/x.yaml": ": : :",
    }
    put(root, files)

    assert told(validate([], project=Project(root)), root) == dedent("""\
        models.yaml:1:10: The tiers of models.yaml are empty.
          Add one there (simple: [MODEL]), or choose one: --model MODEL.
        models.yaml:2:13: The endpoint 'here' has no base_url.
          Give it one, or in_process: true.
        personas/ada.yaml:1:9: No tool is called 'fly'.
          Ours are clock and search_knowledge_base; write yours as my_tools.py:name.
        personas/ada.yaml:3:15: The floor 'complex' is above the ceiling 'simple'.
          The tiers, from below: simple, standard, complex.
        scenarios/a-talk.yaml:3:18: No persona is called 'cy'.
          The personas are: ada, bo.
        """)


def test_a_file_is_what_its_folder_its_name_or_its_keys_say(root: Path) -> None:
    """In that order; where nothing says it, the problem tells what would."""
    files = {
        "loose/a.yaml": "name: Ada\ntools: [fly]\n",
        "loose/b.yaml": TALK + "graph: rings\n",
        "loose/c.yaml": "endpoints: {offline: {}}\n",
        "loose/d.yaml": "colour: red\n",
        "loose/f.txt": "name: F\n",
        "loose/models.yaml": "name: M\nendpoints: {offline: {}}\n",
        "loose/personas/e.yaml": "name: E\ncast: []\ntools: [fly]\n",
    }
    paths = [put(root, files) / name for name in files]

    found = [
        problem
        for problem in validate(paths, project=Project(root))
        if not problem.message.endswith("is not a field here.")
    ]

    assert told([replace(problem, hint="") for problem in found], root) == dedent("""\
        loose/a.yaml:2:9: No tool is called 'fly'.
        loose/b.yaml:4:8: No graph is called 'rings'.
        loose/c.yaml:1:13: The endpoint 'offline' has no base_url.
        loose/d.yaml:1:1: This is neither a persona nor a scenario nor models.yaml nor tools.yaml.
        loose/f.txt: This is no YAML file.
        loose/personas/e.yaml:3:9: No tool is called 'fly'.
        """)


def test_a_folder_is_checked_with_what_is_in_it(root: Path, tmp_path: Path) -> None:
    """One that is a project of its own as such; one with nothing to check says so."""
    other = put(tmp_path / "other", {**FILES, "scenarios/x.yaml": "title: 1", "docs/a.md": ""})
    (other / "personas" / "ada.yaml").rename(other / "personas" / "eve.yaml")
    put(root, {"personas/ada.yaml": "name: []"})

    here = Project(root)

    assert told(validate([root / "personas"], project=here), root) == dedent("""\
        personas/ada.yaml:1:7: `name` must be text, not a list.
        """)
    assert [problem.file for problem in validate([other], project=here)] == [
        str(other / "scenarios/talk.yaml"),
        *[str(other / "scenarios/x.yaml")] * 2,
    ]
    assert told(validate([other / "docs"], project=here), other) == dedent("""\
        docs: There is nothing to check: no personas/, no scenarios/, no models.yaml.
          Name the files themselves.
        """)


def test_a_persona_names_what_is_there(root: Path) -> None:
    """Other people, tools, texts, and tiers in their order; texts are looked for beside it."""
    (root / "personas" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    text = (
        "name: Ada\n"
        "relationships: {bo: a friend, boo: another, 'you': a third}\n"
        "tools: [clock, tools.py:fly, cloc, 'no.such:tool']\n"
        "knowledge: [notes/tea.md, notes, notes/te.md, photo.jpg, ../models.yaml, coffee.md]\n"
        "tier: {ceiling: simple, floor: complex}\n"
    )
    put(root, {"personas/ada.yaml": text, "personas/notes/tea.md": "", "tools.py": "flys = 1"})

    found = validate([root / "personas" / "ada.yaml"], project=Project(root))

    assert told(found, root) == dedent("""\
        personas/ada.yaml:2:31: No persona is called 'boo'.
          Did you mean 'bo'?
        personas/ada.yaml:2:45: No persona is called 'you'.
          The personas are: ada, bo.
        personas/ada.yaml:3:16: 'tools.py' defines no 'fly'.
          Did you mean 'flys'?
        personas/ada.yaml:3:30: No tool is called 'cloc'.
          Did you mean 'clock'?
        personas/ada.yaml:3:36: There is no module 'no.such'.
          It is looked for in DIR and among the installed packages.
        personas/ada.yaml:4:27: 'notes' is a folder.
          Name the files in it one by one.
        personas/ada.yaml:4:34: There is no file 'notes/te.md'.
          Did you mean 'notes/tea.md'?
        personas/ada.yaml:4:47: 'photo.jpg': this is no UTF-8 text (byte 0 does not fit).
          Save it as UTF-8 text, Markdown or PDF.
        personas/ada.yaml:4:74: There is no file 'coffee.md'.
          It is looked for from personas on.
        personas/ada.yaml:5:32: The floor 'complex' is above the ceiling 'simple'.
          The tiers, from below: simple, standard, complex.
        """)


def test_models_yaml_names_what_is_there(root: Path) -> None:
    """Mistakes about a name stand at it, also where it is a key; routing code is found."""
    text = (
        "endpoints:\n"
        "  offline: {in_process: true, plays: ofline}\n"
        "  'no spaces': {base_url: 'http://x'}\n"
        "models: {ofline/x: {}, offline/y: {replaced_by: offline/z}}\n"
        "tiers: {simple: [offline/y, offline/w]}\n"
        "routing: {policy: 'router.py:best', weights: {lenght: 1}, thresholds: {complex: 0.1}}\n"
    )
    put(root, {"models.yaml": text})

    found = validate([root / "models.yaml"], project=Project(root))

    assert [(one.line, one.column, one.message) for one in found] == [
        (2, 38, "No endpoint is called 'ofline'."),
        (3, 3, "'no spaces' cannot be an endpoint's id."),
        (4, 10, "No endpoint is called 'ofline'."),
        (4, 49, "'offline/z' is not listed under models."),
        (5, 29, "'offline/w' is not listed under models."),
        (6, 19, "There is no file 'router.py'."),
        (6, 47, "The router knows no feature 'lenght'."),
        (6, 81, "The tier complex begins below the tier standard."),
    ]


def test_names_of_files_are_ids(root: Path) -> None:
    """One that cannot be an id is told with one that could; of two with one id, the second."""
    files = {
        "personas/Rosa Lindqvist.yaml": "name: Rosa\n",
        "personas/7.yaml": "name: Seven\n",
        "scenarios/Talk.yml": TALK,
        "personas/bo.yaml": "name: Other\n",
    }
    put(root, files)

    assert told(validate([], project=Project(root)), root) == dedent("""\
        personas/7.yaml: '7' cannot be a persona's id.
          Name the file with small letters, digits, - and _, a letter first.
        personas/Rosa Lindqvist.yaml: 'Rosa Lindqvist' cannot be a persona's id.
          Name the file with small letters, digits, - and _, a letter first: rosa-lindqvist.yaml.
        personas/bo.yml: bo.yaml is the persona 'bo' already, so this file is never read.
          Delete one of them, or give it another name.
        scenarios/Talk.yml: 'Talk' cannot be a scenario's id.
          Name the file with small letters, digits, - and _, a letter first: talk.yml.
        """)


def test_files_are_named_as_people_see_them(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative to the current folder if they are below it, else from the top."""
    put(root, {"personas/ada.yaml": "nme: Ada\n"})
    here, up = Project(root), Path("../personas/../personas/ada.yaml")

    files = []
    for folder, path in ((tmp_path, root), (root, Path("personas")), (root / "scenarios", up)):
        monkeypatch.chdir(folder)
        files += [problem.file for problem in validate([path], project=here)]

    assert files == [
        "project/personas/ada.yaml",
        "personas/ada.yaml",
        str(root / "personas" / "ada.yaml"),
    ]


def test_what_cannot_be_read_is_a_problem(root: Path) -> None:
    """Bytes that are no text, nothing at all, a pipe; only a path with nothing at it raises."""
    (root / "personas" / "ada.yaml").write_bytes(b"\x00\xff\xfe")
    put(root, {"personas/bo.yml": ""})
    (root / "personas" / "folder.yaml").mkdir()
    (root / "personas" / "gone.yaml").symlink_to(root / "nowhere.yaml")
    os.mkfifo(root / "pipe.yaml")

    found = validate([root / "personas", root / "scenarios"], project=Project(root))

    assert [(Path(one.file).name, one.line) for one in found] == [("ada.yaml", 1), ("bo.yml", 1)]
    for missing in ("personas/ad.yaml", "pipe.yaml", "personas/gone.yaml", "x" * 300):
        with pytest.raises(NotFound, match=r"No file or folder is called"):
            validate([root / missing], project=Project(root))


@pytest.mark.parametrize(
    "text",
    [
        TALK + "lines: {id: a}\n",
        TALK + "lines: [1, [], {}, ~, {id: [a], after: {b: c}, uses: [x]}]\n",
        TALK + "events: [{at: 3, as: [ada]}, {at: {turn: x}}]\nlimits: []\nstop: [[]]\n",
        TALK + "inputs: [a]\ngraph: {a: b}\n",
        "title: T\nsetting: S\ncast: {persona: ada}\n",
        "title: T\nsetting: S\ncast: [ada, {persona: [ada]}, {as: x}, {}]\nlines: [{speaker: z}]\n",
        TALK + 'graph: "a\\0b.py:x"\n',
        TALK + f"graph: {'x' * 300}.py:x\n",
        TALK + "graph: '..:x'\n",
        TALK + "graph: ':'\n",
        TALK + "graph: '.py:x'\n",
        TALK + "lines: &l [{id: a, speaker: ada, say: '{{ x }}', after: &a [a]}, "
        "{id: b, speaker: ada, say: b, after: *a}]\n",
    ],
)
def test_nonsense_is_answered_with_problems(root: Path, text: str) -> None:
    """Whatever stands where something else belongs, nothing is raised."""
    put(root, {"scenarios/talk.yaml": text})

    assert validate([], project=Project(root)) != []


@pytest.mark.slow
@given(SHAPES, st.sampled_from([*FILES, "x.yaml"]))
def test_any_shape_is_answered_with_problems(
    tmp_path_factory: pytest.TempPathFactory, value: object, name: str
) -> None:
    """Nothing that YAML can say raises."""
    root = put(tmp_path_factory.getbasetemp() / "shapes", FILES)
    put(root, {name: json.dumps(value)})

    problems = validate([root / name], project=Project(root))

    put(root, FILES)
    assert all(isinstance(problem, Problem) for problem in problems)


def test_one_mistake_hides_no_others_and_causes_none(root: Path) -> None:
    """What a misspelt key was meant to say is not missed elsewhere; the rest is still checked."""
    cast = "cast: [{persona: ada, sa: queen}]"
    lines = "lines: [{id: a, speaker: queen, say: a}, {idd: b, speaker: ada, say: b}"
    text = (
        f"title: '{{{{ x }}}}'\nsetting: S\ninptus: {{x: {{}}}}\n{cast}\n"
        f"{lines}, {{id: c, speaker: ada, say: c, after: [b, d]}}]\ngraph: rings\n"
    )
    put(root, {"scenarios/talk.yaml": text})

    found = validate([root / "scenarios"], project=Project(root))

    assert [(one.line, one.column, one.message) for one in found] == [
        (3, 1, "`inptus` is not a field here."),
        (4, 23, "`sa` is not a field here."),
        (5, 43, "`idd` is not a field here."),
        (6, 8, "No graph is called 'rings'."),
    ]
