"""What a talk costs in each layout of its prompts, by what the server billed for it.

Real runs over loopback; the server counts tokens and keeps a prompt cache the way providers bill
it, a new one for every run. All runs of one size say the same words. Dollars are the whole bill,
answers included.

naive         the speaker's card, then the whole transcript, nothing from a cache
lower bound   every paragraph at full price once, everything else from the cache, all history
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
from subjects.long_talk import AS_NAIVE, KEY, long_talk, talk_project

from simulator import Project, Session
from simulator.definitions.model_entry import Layout, ModelSpec
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.llm.stand_in.tokens import count_tokens
from simulator.llm.transports.live import Live
from simulator.record.usage import Usage, cost_of, to_nano
from simulator.runs.run import Run

MODELS = ("gpt-4.1-mini", "gpt-6-luna")
"""One that caches by itself, and one that caches at breakpoints."""
PEOPLE, TURNS = (2, 4, 8), (20, 60, 200)
WINDOWS = (None, 16)
BARS = {"gpt-4.1-mini": (0.60, 0.36, 0.15), "gpt-6-luna": (0.60, 0.40, 0.18)}
"""What the better window may cost of the naive layout at four people, by number of turns."""
BARRED_PEOPLE = 4
COMPARED_TURNS = 60
COMPARED = (
    *("model", f"people, {COMPARED_TURNS} turns", "lines", "shared_first: tokens / $"),
    *("persona_first: tokens / $", "ratio of $", "taken"),
)
UNCACHED = "gpt-4.1-mini-uncached"
"""The first of the models at the same price, as if its provider kept nothing."""
HEADINGS = (
    *("model", "people x turns", "lines", "layout", "prompt tokens", "cached", "foreseen"),
    *("$", "/ naive", "/ bound"),
)
LAYOUTS: tuple[Layout, ...] = ("shared_first", "persona_first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long a talk of how many is."""

    people: int
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What the server billed for one run."""

    usage: Usage
    dollars: float
    new: int
    """Tokens of all paragraphs that were sent, each counted once."""
    words: tuple[str, ...]
    layout: str
    foreseen: int
    """Prompt tokens that the ledger expected to be cached, call by call."""

    @property
    def share(self) -> float:
        """The part of the prompts that was read from the cache."""
        return self.usage.cached / self.usage.input


class _Overheard(httpx2.AsyncBaseTransport):
    """The way to the network, and the paragraphs of all that was sent on it."""

    def __init__(self) -> None:
        self._live = Live()
        self.paragraphs: set[str] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request."""
        self.paragraphs.update(_paragraphs(json.loads(await request.aread())))
        return await self._live.handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._live.aclose()


def _paragraphs(body: dict[str, Any]) -> Iterator[str]:
    yield json.dumps([body.get("tools"), body.get("response_format")])
    for message in body["messages"]:
        content = message["content"]
        parts = [content] if isinstance(content, str) else [one["text"] for one in content]
        yield from (
            paragraph
            for part in parts
            for paragraph in part.split("\n\n")
            if not paragraph.startswith("<stand-in>")
        )


class Stage:
    """A project with the models of the benchmark, in which talks are played."""

    def __init__(self, folder: Path) -> None:
        """`folder` is empty."""
        changed = {f"{name}-naive": {"of": name, **AS_NAIVE} for name in MODELS}
        for layout in LAYOUTS:
            named = {f"{name}-{layout}": {"of": name, "layout": layout} for name in MODELS}
            changed |= named
        uncached = {f"{UNCACHED}-{one}": {"layout": one} for one in LAYOUTS}
        for name, change in {UNCACHED: {}, **uncached}.items():
            changed[name] = {"of": MODELS[0], "cache": "none", **change}
        self._project = talk_project(folder, changed)
        self._played: dict[tuple[str, Size, int | None], Billed] = {}
        self._catalog = Project.find(self._project).catalog()

    def spec(self, model: str) -> ModelSpec:
        """A model with its price."""
        return self._catalog.spec(f"openai/{model}")

    def played(self, model: str, size: Size, *, lines: int | None = None) -> Billed:
        """What a talk costs on a server that has read nothing before; played once."""
        key = (model, size, lines)
        if key not in self._played:
            self._played[key] = self._play(model, size, lines=lines)
        return self._played[key]

    def in_layout(self, layout: Layout, model: str, size: Size, *, lines: int | None) -> Billed:
        """What a talk costs in a layout, whichever would be taken."""
        taken = self.played(model, size, lines=lines)
        return (
            taken if taken.layout == layout else self.played(f"{model}-{layout}", size, lines=lines)
        )

    def _play(self, model: str, size: Size, *, lines: int | None) -> Billed:
        people, turns = size.people, size.turns
        talk = long_talk(self._project, model=model, people=people, turns=turns, lines=lines)
        overheard = _Overheard()
        with LoopbackServer(Scripts.of(Project.find(self._project)), self._catalog) as server:
            environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url}

            async def play() -> Run:
                async with Session(environ=environ, network=overheard) as session:
                    played: Run = await talk.arun(seed=7, session=session)
                return played

            run: Run = asyncio.run(play())
            totals = server.stats()["totals"]
        words = tuple(turn.text for turn in run.turns)
        assert len(words) == totals["answered"] == turns, totals
        assert to_nano(run.total.dollars or Decimal(0)) == totals["billed_nano"]
        card_first = "card before the transcript" in run.calls[0].call.reasons
        usage = Usage(
            input=totals["prompt_tokens"],
            cached=totals["cached_tokens"],
            cache_write=totals["cache_write_tokens"],
            output=totals["completion_tokens"],
        )
        return Billed(
            usage=usage,
            dollars=totals["billed_nano"] / 1e9,
            new=sum(count_tokens(one) for one in overheard.paragraphs),
            words=words,
            layout="persona_first" if card_first else "shared_first",
            foreseen=sum(row.call.warm_tokens or 0 for row in run.calls),
        )


def lower_bound(run: Billed, spec: ModelSpec) -> float:
    """Dollars for a run if all that was sent before came from the cache."""
    usage = Usage(input=run.usage.input, cached=run.usage.input - run.new, output=run.usage.output)
    return float(cost_of(usage, spec.price) or 0)


def compared(stage: Stage, model: str, size: Size) -> dict[int | None, tuple[str, float]]:
    """The rows of one size, by window: the line of the table, and the ratio to the naive layout."""
    naive = stage.played(f"{model}-naive", size)
    least = lower_bound(stage.played(model, size), stage.spec(model))
    rows = {}
    for lines in WINDOWS:
        run = stage.played(model, size, lines=lines)
        assert run.words == naive.words
        ratio = run.dollars / naive.dollars
        cells = (
            model,
            f"{size.people} x {size.turns}",
            "all" if lines is None else f"{lines}",
            run.layout,
            f"{run.usage.input:,}",
            f"{run.share:.0%}",
            f"{run.foreseen / run.usage.input:.0%}",
            f"{run.dollars:.4f}",
            f"{ratio:.2f}",
            f"{run.dollars / least:.2f}",
        )
        rows[lines] = (f"| {' | '.join(cells)} |", ratio)
    return rows


def both_layouts(stage: Stage, model: str, *, people: int, lines: int | None) -> str:
    """What each layout costs for a cast of that size, and which of them is taken."""
    size = Size(people=people, turns=COMPARED_TURNS)
    shared, own = (stage.in_layout(one, model, size, lines=lines) for one in LAYOUTS)
    assert shared.words == own.words
    cells = (
        model,
        f"{people}",
        "all" if lines is None else f"{lines}",
        *(f"{one.usage.input:,} / {one.dollars:.4f}" for one in (shared, own)),
        f"{own.dollars / shared.dollars:.2f}",
        stage.played(model, size, lines=lines).layout,
    )
    return f"| {' | '.join(cells)} |"


def first_table(stage: Stage) -> Iterator[str]:
    """Print every size, model and window; the bars that were missed."""
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}")
    for model in MODELS:
        for people in PEOPLE:
            for turns, bar in zip(TURNS, BARS[model], strict=True):
                rows = compared(stage, model, Size(people=people, turns=turns))
                print("\n".join(row for row, _ in rows.values()), flush=True)
                best = min(ratio for _, ratio in rows.values())
                if people == BARRED_PEOPLE and best > bar:
                    yield f"{model}, {people} x {turns}: {best:.3f} of at most {bar}"


def main() -> int:
    """Measure, print the tables, and say whether a bar was missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        missed = list(first_table(stage))
        print(f"\n| {' | '.join(COMPARED)} |\n|{'---|' * len(COMPARED)}")
        for model in (*MODELS, UNCACHED):
            for people in PEOPLE:
                for lines in WINDOWS:
                    print(both_layouts(stage, model, people=people, lines=lines), flush=True)
    for one in missed:
        print(f"missed: {one}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
