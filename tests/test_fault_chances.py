"""Which faults happen, how often and to whom: read from a text, drawn from a seed."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from click.testing import CliRunner

from simulator.cli.program import program
from simulator.errors import UsageError
from simulator.llm.stand_in.faults import FAULTS
from simulator.testing import Fault, Faults


@pytest.mark.parametrize("fault", ["", "unknown=0.1", "429", "429=2", "429=x", "429=0.6,500=0.6"])
def test_a_spec_is_understood_or_refused(fault: str) -> None:
    """Nothing is no fault at all; whatever makes no sense is a mistake, told in one sentence."""
    if not fault:
        assert Faults.of(fault) == Faults()
        return
    with pytest.raises(UsageError):
        Faults.of(fault)


@pytest.mark.parametrize("text", ["lost:1", "delay:-1", "delay:nan", "delay:", "burst:0.5"])
def test_an_amount_is_one_that_the_fault_can_have(text: str) -> None:
    """A number where there is one, and nothing where there is none."""
    with pytest.raises(UsageError, match="amount"):
        Fault.of(text)


def test_a_spec_is_read_with_its_amounts() -> None:
    """Names, amounts and probabilities, spaces or not."""
    faults = Faults.of("429:0.5=0.2, delay=.1,503=0", seed=3)

    assert faults.seed == 3
    assert faults.chances == (
        (Fault("429", 0.5), 0.2),
        (Fault("delay", 1.0), 0.1),
        (Fault("503", 0.0), 0.0),
    )


def test_chance_depends_on_seed_and_number_alone() -> None:
    """Any order gives the same, another seed something else, and the frequencies are right."""
    faults = Faults.of("429=0.2,500=0.05,lost=0.02", seed=1)
    numbers = range(1, 10_001)

    drawn = {number: faults.drawn(number) for number in reversed(numbers)}

    counts = Counter(fault.name if fault else "" for fault in drawn.values())
    other = Faults.of("429=0.2,500=0.05,lost=0.02", seed=2)
    assert [faults.drawn(number) for number in numbers] == [drawn[n] for n in numbers]
    assert [other.drawn(number) for number in numbers] != [drawn[n] for n in numbers]
    assert {name: round(count / 10_000, 1) for name, count in counts.items()} == {
        "": 0.7,
        "429": 0.2,
        "500": 0.0 if counts["500"] < 500 else 0.1,
        "lost": 0.0,
    }


def test_a_drawn_burst_lasts() -> None:
    """Where one begins, at least so many in a row fail."""
    faults = Faults.of("burst:3=0.1", seed=1)
    failed = [faults.drawn(number) is not None for number in range(1, 1_001)]

    runs = "".join("x" if one else " " for one in failed[:-3]).split()

    assert len(runs) > 20
    assert min(map(len, runs[:-1])) == 3


def test_the_help_names_every_fault() -> None:
    """Nobody has to read the source to know what can go wrong."""
    help_text = CliRunner().invoke(program, ["stand-in", "serve", "--help"]).output

    unbroken = re.sub(r"-\n *", "-", help_text)
    assert FAULTS.keys() <= set(re.findall(r"[\w-]+", unbroken))


def test_the_command_refuses_a_spec_it_cannot_read() -> None:
    """Before it listens."""
    result = CliRunner().invoke(program, ["stand-in", "serve", "--faults", "los=0.1"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert "No fault is called 'los'. Did you mean 'lost'?" in result.stderr
