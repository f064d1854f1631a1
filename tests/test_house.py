"""The house rules that a tool can check: sizes, words, docstrings, faces, quiet imports."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FUNCTION_LINES = 40
FILE_LINES = 400
PARAMETERS = 6
UNFINISHED = re.compile("|".join(rf"\b{a}{b}\b" for a, b in [("TO", "DO"), ("FIX", "ME")]))
SILENCED = re.compile(r"#\s*(?:type: ignore|noqa)\b")
SILENCED_WITH_REASON = re.compile(
    r"#\s*(?:type: ignore\[[a-z, -]+\]|noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)\W+\w{2}"
)
HEAVY = {
    *("langchain", "langchain_core", "langchain_openai", "langgraph", "openai"),
    *("matplotlib", "numpy", "pandas"),
}
REGISTRIES = tuple(
    f"{name}.{end}"
    for name, end in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
    ]
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file of ours: where it stands, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def functions(self) -> Iterator[Function]:
        """Every function, method and inner function."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


def read_sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under some top-level folders, by path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths)
    return tuple(Source(path, text, ast.parse(text)) for path, text in texts)


@pytest.fixture(scope="module")
def package() -> tuple[Source, ...]:
    """The files of the package."""
    return read_sources("simulator")


@pytest.fixture(scope="module")
def sources(package: tuple[Source, ...]) -> tuple[Source, ...]:
    """Every file that keeps the house rules."""
    return package + read_sources("graphs", "tests")


def test_functions_fit_on_a_screen(sources: tuple[Source, ...]) -> None:
    """No function is longer than 40 lines, its docstring included."""
    too_long = [
        f"{source}:{node.lineno}: {node.name} has {length} lines"
        for source in sources
        for node in source.functions
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]

    assert too_long == []


def test_files_stay_readable(sources: tuple[Source, ...]) -> None:
    """No file is longer than 400 lines."""
    too_long = [
        f"{source} has {length} lines"
        for source in sources
        if (length := len(source.text.splitlines())) > FILE_LINES
    ]

    assert too_long == []


def test_functions_take_few_parameters(sources: tuple[Source, ...]) -> None:
    """No function takes more than 6 parameters, but commands and keyword-only entry points."""
    too_many = [
        f"{source}:{node.lineno}: {node.name} takes {count} parameters"
        for source in sources
        if not str(source).startswith("simulator/cli/")
        for node in source.functions
        if (count := count_parameters(node)) > PARAMETERS and not is_keyword_only(node)
    ]

    assert too_many == []


def count_parameters(function: Function) -> int:
    """How many parameters a caller may give."""
    return len(positional(function)) + len(function.args.kwonlyargs)


def is_keyword_only(function: Function) -> bool:
    """Whether a public function takes everything beyond its subject, or one more, by name."""
    return not function.name.startswith("_") and len(positional(function)) <= 2


def positional(function: Function) -> list[ast.arg]:
    """The parameters that may be given by position; a method's own object is none."""
    every = function.args.posonlyargs + function.args.args
    return every[1:] if every and every[0].arg in {"self", "cls"} else every


def test_no_import_is_only_for_types(sources: tuple[Source, ...]) -> None:
    """Nothing is imported for type checkers alone, so that the layers are the whole truth."""
    guarded = "TYPE_CHECKING"
    found = [
        f"{source}:{node.lineno}"
        for source in sources
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Name) and node.id == guarded)
        or (isinstance(node, ast.Attribute) and node.attr == guarded)
    ]

    assert found == []


def test_nothing_is_left_for_later(sources: tuple[Source, ...]) -> None:
    """No file promises work instead of doing it."""
    found = [
        f"{source}:{number}: {line.strip()}"
        for source in sources
        for number, line in enumerate(source.text.splitlines(), start=1)
        if UNFINISHED.search(line)
    ]

    assert found == []


def test_every_silenced_check_has_a_code_and_a_reason(sources: tuple[Source, ...]) -> None:
    """Whoever silences a tool says which rule, and why."""
    found = [
        f"{source}:{line}: {comment}"
        for source in sources
        for line, comment in comments(source)
        if SILENCED.search(comment) and not SILENCED_WITH_REASON.search(comment)
    ]

    assert found == []


def comments(source: Source) -> Iterator[tuple[int, str]]:
    """The comments of a file with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_everything_public_says_what_it_is_for(sources: tuple[Source, ...]) -> None:
    """Every module, public class, function and method, and every test, has a docstring."""
    silent = [
        f"{source}:{line}: {name}"
        for source in sources
        for name, line, node in documented(source)
        if not ast.get_docstring(node)
    ]

    assert silent == []


def documented(source: Source) -> Iterator[tuple[str, int, ast.Module | ast.ClassDef | Function]]:
    """What must have a docstring, with its name and line; what overrides is told by its parent."""
    yield "the module", 1, source.tree
    yield from public_definitions(source.tree.body)


def public_definitions(
    body: Iterable[ast.stmt],
) -> Iterator[tuple[str, int, ast.ClassDef | Function]]:
    """The public classes and functions of a body, and the public methods of such classes."""
    for node in body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
            continue
        if not any(ast.unparse(mark).endswith("override") for mark in node.decorator_list):
            yield node.name, node.lineno, node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node.body)


def test_public_signatures_say_what_they_take(sources: tuple[Source, ...]) -> None:
    """No public function takes or returns just anything."""
    vague = [
        f"{source}:{node.lineno}: {name}"
        for source in sources
        for name, _, node in public_definitions(source.tree.body)
        if isinstance(node, Function) and "Any" in map(ast.unparse, signature_types(node))
    ]

    assert vague == []


def signature_types(function: Function) -> Iterator[ast.expr]:
    """The types in a function's signature, but those of `*args` and `**kwargs` passed on."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    yield from (argument.annotation for argument in every if argument.annotation)
    if function.returns:
        yield function.returns


def test_every_module_lists_what_it_offers(package: tuple[Source, ...]) -> None:
    """Every module has an `__all__` of literal names, sorted as ruff sorts, each name once."""
    wrong = [
        f"{source}: {names}"
        for source in package
        if source.path.name != "__main__.py"
        and ((names := offered(source.tree)) is None or names != sorted(set(names), key=sort_key))
    ]

    assert wrong == []


def offered(tree: ast.Module) -> list[str] | None:
    """The names in a module's `__all__`; None without one."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if [ast.unparse(target) for target in targets] == ["__all__"]:
                return list(ast.literal_eval(node.value))
    return None


def sort_key(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Constants, then classes, then the rest; numbers inside a name count as numbers."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    pieces = re.findall(r"\d+|\D+", name)
    return kind, [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces]


def test_lazy_faces_and_their_types_agree(package: tuple[Source, ...]) -> None:
    """Where a face loads names lazily, the stub beside it lists the same names."""
    faces = [source for source in package if source.path.with_suffix(".pyi").exists()]
    stubs = {
        str(face): offered(ast.parse(face.path.with_suffix(".pyi").read_text(encoding="utf-8")))
        for face in faces
    }

    assert stubs == {str(face): offered(face.tree) for face in faces}


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter at work in the root of the project."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(not (ROOT / "simulator" / "cli").exists(), reason="there is no command yet")
def test_the_command_starts_light() -> None:
    """Importing the package and its command loads no heavy package."""
    code = f"import sys, simulator, simulator.cli; print(sorted(sys.modules.keys() & {HEAVY}))"

    finished = run_python("-W", "error", "-c", code)

    assert (finished.stdout, finished.stderr) == ("[]\n", "")


def test_importing_says_nothing(package: tuple[Source, ...]) -> None:
    """Every module can be imported, prints nothing and warns of nothing."""
    names = [
        ".".join(source.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for source in package
        if source.path.name != "__main__.py"
    ]
    code = f"import importlib\nfor name in {names}: importlib.import_module(name)"

    finished = run_python("-W", "error", "-c", code)

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the user's own setting: no file of ours names a host."""
    found = [
        f"{path}: {host}"
        for path in project_files()
        for host in REGISTRIES
        if host.encode() in (ROOT / path).read_bytes().lower()
    ]

    assert found == []


def project_files() -> list[str]:
    """The files git knows or would add, relative to the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


@pytest.mark.slow
def test_the_wheel_carries_the_starter_project(package: tuple[Source, ...], tmp_path: Path) -> None:
    """The wheel holds the package, and one copy of what a user starts from."""
    folders = ("personas", "scenarios", "graphs", "docs/schema")
    written = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    starter = {
        f"simulator/starter/{path.relative_to(ROOT).as_posix()}"
        for path in [*written, ROOT / "models.yaml"]
        if "__pycache__" not in path.parts
    }

    built = run_python("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))

    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if name.startswith("simulator/starter/")} == starter
    assert {str(source) for source in package} <= names
