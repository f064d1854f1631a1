"""The encrypted file of keys: who may read it, what opens it, and that it is never half written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from simulator.errors import KeyFileUnreadable, UsageError
from simulator.llm.keys import KeyFile, new_encryption_key
from tests.cli_samples import simulate

KEY = "sk-proj-0123456789abcdef"


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    """A place in a folder that is not there yet."""
    return KeyFile(tmp_path / "config" / "keys")


def kept(**keys: str) -> Callable[[dict[str, str]], object]:
    """The change that keeps these keys."""
    return lambda held: held.update(keys)


def test_keys_come_back_and_nobody_else_may_read_them(file: KeyFile) -> None:
    """Mode 0600 whatever the umask, in a folder of mode 0700; no value and no name is in clear."""
    opener, before = new_encryption_key(), os.umask(0)
    try:
        file.change(opener, kept(TEST_KEY=KEY))
        file.change(opener, kept(OTHER="two"))
    finally:
        os.umask(before)

    content = file.path.read_bytes()
    assert file.read(opener) == {"OTHER": "two", "TEST_KEY": KEY}
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [text for text in (KEY.encode(), b"TEST_KEY") if text in content] == []
    assert [path.name for path in file.path.parent.iterdir()] == ["keys"]


def test_a_file_that_others_may_read_is_refused(file: KeyFile) -> None:
    """Also for reading by the group alone, and before it is decrypted."""
    opener = new_encryption_key()
    file.change(opener, kept(TEST_KEY=KEY))
    file.path.chmod(0o640)

    with pytest.raises(KeyFileUnreadable, match=r"^Others may read the key file .* \(mode 0640\)"):
        file.read(opener)
    with pytest.raises(KeyFileUnreadable, match=r"^Others may read"):
        file.change(opener, kept())


@pytest.mark.parametrize(
    ("opener", "said"),
    [
        ("", "The key file needs ENCRYPTION_KEY: set it in the environment"),
        ("correct horse battery staple", "ENCRYPTION_KEY is no such key: it has 44 characters"),
        (new_encryption_key(), "ENCRYPTION_KEY does not open the key file"),
    ],
    ids=["none", "no such key", "another"],
)
def test_a_wrong_key_is_one_sentence(file: KeyFile, opener: str, said: str) -> None:
    """Which does not hold it."""
    file.change(new_encryption_key(), kept(TEST_KEY=KEY))

    with pytest.raises(KeyFileUnreadable) as raised:
        file.read(opener)

    assert str(raised.value).startswith(said)
    assert not opener or opener not in str(raised.value)


@pytest.mark.parametrize(
    "held", [b"[]", b'["a"]', b"1", b"null", b'"x"', b'{"TEST_KEY": 7}', b"TEST_KEY=x", b"[" * 9999]
)
def test_what_is_encrypted_but_no_keys_is_told(file: KeyFile, held: bytes) -> None:
    """Somebody else's list, number or text under the same key: one sentence, nothing of it."""
    opener = new_encryption_key()
    file.path.parent.mkdir()
    file.path.write_bytes(b"persona-simulator keys 1\n" + Fernet(opener).encrypt(held))
    file.path.chmod(0o600)

    with pytest.raises(KeyFileUnreadable, match="holds no names and keys: move it away"):
        file.read(opener)


@pytest.mark.parametrize("content", [b"", b"OPENAI_API_KEY=x\n", b"persona-simulator keys 1\nabc"])
def test_what_is_no_key_file_is_told_and_left_alone(file: KeyFile, content: bytes) -> None:
    """Somebody's other file, an empty one, and one that was damaged."""
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    file.path.chmod(0o600)

    with pytest.raises(KeyFileUnreadable):
        file.change(new_encryption_key(), kept(TEST_KEY=KEY))

    assert file.path.read_bytes() == content


def test_a_folder_or_a_pipe_is_no_key_file(tmp_path: Path) -> None:
    """Neither is waited for."""
    os.mkfifo(tmp_path / "pipe", 0o600)

    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(KeyFileUnreadable, match="is no file"):
            KeyFile(path).read(new_encryption_key())


def test_rotating_shuts_the_old_key_out(file: KeyFile) -> None:
    """During the change both can be given, the new one first."""
    old, new = new_encryption_key(), new_encryption_key()
    file.change(old, kept(TEST_KEY=KEY))

    count = file.rotate(old, new)

    assert (count, file.read(new), file.read(f"{new},{old}")) == (1, *[{"TEST_KEY": KEY}] * 2)
    with pytest.raises(KeyFileUnreadable, match="does not open"):
        file.read(old)


def test_a_new_key_that_is_none_changes_nothing(file: KeyFile) -> None:
    """The file is as it was, and no other is left behind."""
    old = new_encryption_key()
    file.change(old, kept(TEST_KEY=KEY))
    before = file.path.read_bytes()

    with pytest.raises(KeyFileUnreadable, match="is no such key"):
        file.rotate(old, "hunter2")

    assert file.path.read_bytes() == before
    assert len(list(file.path.parent.iterdir())) == 1


def test_a_link_stays_a_link(file: KeyFile, tmp_path: Path) -> None:
    """Whoever keeps the file elsewhere goes on doing so."""
    opener, elsewhere = new_encryption_key(), tmp_path / "elsewhere"
    KeyFile(elsewhere).change(opener, kept(A="1"))
    file.path.parent.mkdir()
    file.path.symlink_to(elsewhere)

    file.change(opener, kept(B="2"))

    assert file.path.is_symlink()
    assert KeyFile(elsewhere).read(opener) == {"A": "1", "B": "2"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """As a sentence; here a file stands where the folder should be."""
    (tmp_path / "config").write_text("")

    with pytest.raises(UsageError, match=r"^The folder .* cannot be made: "):
        KeyFile(tmp_path / "config" / "keys").change(new_encryption_key(), kept(A="1"))


def test_changes_at_once_lose_nothing(file: KeyFile) -> None:
    """Each reads what the one before it wrote."""
    opener = new_encryption_key()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: file.change(opener, kept(**{f"KEY_{n}": "x"})), range(24)))

    assert len(file.read(opener)) == 24


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_a_whole_file(file: KeyFile) -> None:
    """Whatever the moment, and the lock goes with it."""
    opener = new_encryption_key()
    file.change(opener, kept(FIRST="1"))
    endless = (
        "import sys; from pathlib import Path; from simulator.llm.keys import KeyFile\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    file = KeyFile(Path(sys.argv[1]))\n"
        "    file.change(sys.argv[2], lambda held: held.update(LAST=str(n)))\n"
        "    print(n, flush=True)\n"
    )
    for _ in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", endless, str(file.path), opener], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.kill()
        writer.wait(10)
        writer.stdout.close()

        assert file.read(opener)["FIRST"] == "1"
    file.change(opener, kept(AFTER="2"))
    assert file.read(opener)["AFTER"] == "2"


def test_the_command_keeps_lists_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key comes from stdin and is never told again."""
    monkeypatch.chdir(tmp_path)
    opener = simulate("keys", "new").stdout.strip()
    env = {"SIMULATOR_KEYS": str(tmp_path / "k"), "ENCRYPTION_KEY": opener, "OPENAI_API_KEY": ""}

    done = [
        simulate("keys", "set", "OPENAI_API_KEY", env=env, typed=f"{KEY}\n"),
        simulate("keys", env=env),
        simulate("keys", "list", "--json", env=env),
        simulate("keys", "remove", "OPENAI_API_KEY", env=env),
        simulate("keys", "list", "--json", env=env),
    ]

    assert [one.exit_code for one in done] == [0] * 5
    assert done[1].stdout.splitlines()[1].split() == ["OPENAI_API_KEY", "key", "file", "openai"]
    assert '"found_in": "key file"' in done[2].stdout
    assert '{"variable": "OPENAI_API_KEY", "found_in": null' in done[4].stdout
    assert [one for one in done if KEY in one.stdout + one.stderr] == []


def test_the_command_rotates_by_the_new_key_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one opens nothing from then on."""
    monkeypatch.chdir(tmp_path)
    old, new = new_encryption_key(), new_encryption_key()
    file, env = KeyFile(tmp_path / "k"), {"SIMULATOR_KEYS": str(tmp_path / "k")}
    file.change(old, kept(OPENAI_API_KEY=KEY))

    done = simulate("keys", "rotate", env={**env, "ENCRYPTION_KEY": old, "NEW_ENCRYPTION_KEY": new})
    after = simulate("keys", env={**env, "ENCRYPTION_KEY": old, "OPENAI_API_KEY": ""})

    assert (done.exit_code, file.read(new)) == (0, {"OPENAI_API_KEY": KEY})
    assert done.stderr == "1 key encrypted anew: set ENCRYPTION_KEY to the new one now.\n"
    assert (after.exit_code, after.stdout.split()[0]) == (6, "variable")
    assert after.stderr.startswith("Error: ENCRYPTION_KEY does not open the key file")


@pytest.mark.parametrize("new", ["x", "é" * 44])
def test_a_new_key_that_is_none_is_the_one_blamed(
    new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one was right, and still opens the file."""
    monkeypatch.chdir(tmp_path)
    old, file = new_encryption_key(), KeyFile(tmp_path / "k")
    file.change(old, kept(OPENAI_API_KEY=KEY))
    env = {"SIMULATOR_KEYS": str(file.path), "ENCRYPTION_KEY": old}

    given = simulate("keys", "rotate", env={**env, "NEW_ENCRYPTION_KEY": new})
    typed = simulate("keys", "rotate", env={**env, "NEW_ENCRYPTION_KEY": ""}, typed="\n")

    assert [given.exit_code, typed.exit_code, file.read(old)] == [6, 6, {"OPENAI_API_KEY": KEY}]
    called = "The new encryption key (NEW_ENCRYPTION_KEY)"
    assert given.stderr == (
        f"Error: {called} is no such key: it has 44 characters, as `simulator keys new` prints it."
        "\n"
    )
    assert typed.stderr == f"Error: {called} is empty: `simulator keys new` prints a fresh one.\n"


@pytest.mark.parametrize("how", ["damaged", "open to others", "of nobody"])
def test_a_list_says_by_its_exit_code_that_the_key_file_is_closed(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands elsewhere is listed all the same."""
    monkeypatch.chdir(tmp_path)
    opener, file = new_encryption_key(), KeyFile(tmp_path / "k")
    file.change(opener, kept(OPENAI_API_KEY=KEY))
    named = "~nobody-of-this-name/k" if how == "of nobody" else str(file.path)
    if how == "damaged":
        file.path.write_bytes(b"\0" * 40)
    else:
        file.path.chmod(0o644)
    env = {"SIMULATOR_KEYS": named, "ENCRYPTION_KEY": opener, "OPENAI_API_KEY": KEY}

    done = simulate("keys", "list", "--json", env=env)
    said = {"damaged": "is no key file", "open to others": "Others may read", "of nobody": named}

    assert done.exit_code == 6
    assert '"variable": "OPENAI_API_KEY", "found_in": "environment"' in done.stdout
    assert (done.stderr.startswith("Error: "), said[how] in done.stderr) == (True, True)
    assert "bug in the simulator" not in done.stderr


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (("set", KEY), "", 2, "this is no variable's name"),
        (("set", "TEST_KEY"), "", 2, "This is no API key: it is empty"),
        (("set", "TEST_KEY"), "two words", 2, "it has a curly quote"),
        (("remove", "TEST_KEY"), "", 2, "No key in the key file is called 'TEST_KEY'"),
        (("rotate",), "x", 2, "There is no key file at"),
    ],
)
def test_mistakes_are_sentences_without_the_key(
    words: tuple[str, ...],
    given: str,
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where a key stands in the place of its name."""
    monkeypatch.chdir(tmp_path)
    env = {"SIMULATOR_KEYS": str(tmp_path / "k"), "ENCRYPTION_KEY": new_encryption_key()}

    result = simulate("keys", *words, env=env, typed=given)

    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert KEY not in result.stdout + result.stderr
