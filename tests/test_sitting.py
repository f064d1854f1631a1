"""`simulator` on a real terminal, somebody at it: plays, steers, goes away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simulator import Run
from simulator.conversation.state import State
from simulator.record.events import Intervened, RunPaused
from simulator.record.store import Store
from tests.cli_samples import command, environment
from tests.keyboard import Sitting, in_order
from tests.small_project import TEA, small_project


def test_somebody_plays_at_a_real_terminal(tmp_path: Path) -> None:
    """`run --play` from the first prompt to the exit code, and the record of it."""
    words = ("run", "tea", "--play", "dev", "--seed", "1", "--max-turns", "3")
    with Sitting(*words, folder=small_project(tmp_path)) as terminal:
        terminal.types(("> ", "/help\n"), ("> ", "/wrong\n"), ("> ", "Two cups, please.\n"))

        assert terminal.ends() == 0

    assert in_order(
        terminal.shown,
        [
            "stand-in: written lines, no model · Dev Moreau: human · seed 1",
            "The kettle is on for the vicar.",
            "Dev Moreau, you have the floor: turn 2 of 3. (/help)",
            "There is no command /wrong here",
            "Dev Moreau (human)",
            "Two cups, please.",
            "Ended: the turn limit was reached.",
        ],
    )
    assert "The same talk again" not in terminal.shown
    run = newest(tmp_path)
    assert (run.turns[1].text, run.turns[1].provenance) == ("Two cups, please.", "human")


@pytest.mark.slow
@pytest.mark.parametrize(("keys", "reason"), [("\x04", "human_left"), ("half\x03", "interrupted")])
def test_a_player_who_goes_pauses_the_run(tmp_path: Path, keys: str, reason: str) -> None:
    """Ctrl-D and Ctrl-C: what was said is kept, and the turn is still to be taken."""
    with Sitting("run", "tea", "--play", "dev", "--seed", "1", folder=small_project(tmp_path)) as t:
        t.types(("> ", keys))

        assert t.ends() == 130

    assert "Interrupted: what was said until then is kept." in t.shown
    assert "Going on from there: no command can do that yet; another run begins anew" in t.shown
    run = newest(tmp_path)
    assert isinstance(run.events[-1], RunPaused)
    assert run.events[-1].reason == reason
    assert State.from_events(run.events).pending_of("dev") is not None


@pytest.mark.slow
def test_a_player_sees_no_whisper_at_a_real_terminal(tmp_path: Path) -> None:
    """What others say among themselves is in the record and not on the screen."""
    folder = small_project(tmp_path)
    (folder / "personas" / "ilse.yaml").write_text("name: Ilse Maes\n")
    scene = TEA.replace("GRAPH", "round_table").replace(
        "  - persona: dev\n", "  - persona: dev\n  - persona: ilse\nwhispers: true\n"
    )
    scene += "  - {id: hush, speaker: ilse, act: open, say: canary, to: [rosa]}\n"
    (folder / "scenarios" / "tea.yaml").write_text(scene)
    words = ("run", "tea", "--play", "dev", "--seed", "1", "--max-turns", "4", "--display", "full")
    with Sitting(*words, folder=folder) as terminal:
        terminal.types(("> ", "Two cups.\n"))

        assert terminal.ends() == 0

    assert "canary" in [turn.text for turn in newest(tmp_path).turns]
    assert "canary" not in terminal.shown


def test_somebody_steers_at_a_real_terminal(tmp_path: Path) -> None:
    """`run --steer`: pause, say, edit and stop, with the talk shown around it."""
    words = ("run", "tea", "--steer", "--seed", "1", "--max-turns", "40")
    with Sitting(*words, folder=small_project(tmp_path)) as terminal:
        terminal.types(
            ("", "\n"),
            ("> ", "/say Be brief.\n"),
            ("> ", "/turns\n"),
            ("> ", "/stop it is late\n"),
        )

        assert terminal.ends() == 0

    run = newest(tmp_path)
    assert (run.stop_reason, run.detail) == ("external", "it is late")
    assert [one.text for one in run.events if isinstance(one, Intervened)] == ["Be brief."]
    assert in_order(terminal.shown, ["Paused ", "Be brief.", "Ended: it is late."])


def test_a_stand_in_waits_for_whoever_steers(tmp_path: Path) -> None:
    """Before turn 1; Enter plays one turn, `/go` the rest."""
    words = ("run", "tea", "--steer", "--seed", "1", "--max-turns", "4")
    with Sitting(*words, folder=small_project(tmp_path)) as terminal:
        terminal.types(
            ("Steering: the run waits, since a stand-in answers at once.", ""),
            ("> ", "\n"),
            ("Rosa Lindqvist", ""),
            ("> ", "/step\n"),
            ("> ", "/turns\n"),
            ("> ", "/go\n"),
        )

        assert terminal.ends() == 0

    first = ["Paused before the first turn", "> ", "Rosa Lindqvist", "> ", "Dev Moreau", "  1  "]
    assert in_order(terminal.shown, [*first, "  2  ", "> ", "Ended: Rosa said 'more tea'."])
    assert "  3  " not in terminal.shown
    assert len(newest(tmp_path).turns) == 3


def test_whoever_plays_can_steer_too(tmp_path: Path) -> None:
    """`/pause` and `/stop` where words or a reply field are asked for."""
    folder = small_project(tmp_path)
    scene = TEA.replace("GRAPH", "round_table")
    fields = "reply: {cups: {about: How many, type: integer}, sugar: {about: Sugar}}\n"
    (folder / "scenarios" / "tea.yaml").write_text(fields + scene)
    words = ("run", "tea", "--steer", "--play", "dev", "--seed", "1", "--max-turns", "9")
    with Sitting(*words, folder=folder) as terminal:
        terminal.types(
            ("> ", "/go\n"),
            ("> ", "Two cups.\n"),
            ("Enter: nothing): ", "/pause\n"),
            ("(pauses before the next turn)", ""),
            ("Enter: nothing): ", "2\n"),
            ("Enter: nothing): ", "\n"),
            ("Paused after turn 2", ""),
            ("> ", "/go\n"),
            ("> ", "And one more.\n"),
            ("Enter: nothing): ", "/stop enough\n"),
        )

        assert terminal.ends() == 0

    run = newest(tmp_path)
    mine = [(turn.text, dict(turn.reply)) for turn in run.turns if turn.speaker == "dev"]
    assert [text for text, _ in mine] == ["Two cups.", "And one more."]
    assert mine[0][1]["cups"] == 2
    assert (run.stop_reason, run.detail) == ("external", "enough")


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--play", "rosa"), ("--steer",)])
def test_without_a_terminal_nobody_is_asked(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Where the input is no terminal: exit code 2 at once, and nothing recorded."""
    folder = small_project(tmp_path)

    done = with_nobody_there(*command("run", "tea", *words), folder=folder)

    assert (done.returncode, done.stdout) == (2, "")
    assert "terminal" in done.stderr
    with Store.open(folder / "runs.db") as store:
        assert store.runs() == []


def test_nobody_sits_where_there_is_no_terminal(tmp_path: Path) -> None:
    """Without a terminal there is nobody to ask, and it is said at once."""
    script = "from simulator import TerminalHuman; TerminalHuman()"

    done = with_nobody_there(sys.executable, "-c", script, folder=tmp_path)

    assert "UsageError: Nobody can be asked here: standard input is no terminal." in done.stderr


def with_nobody_there(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A process whose input is no terminal."""
    return subprocess.run(
        words,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def newest(folder: Path) -> Run:
    """The newest run of a project."""
    with Store.open(folder / "runs.db", create=False) as store:
        return Run(store.runs()[0].id, folder / "runs.db")
