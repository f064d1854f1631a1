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
from datetime import UTC, datetime
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
from simulator.record.usage import Usage, cost_of
from simulator.runs.preview import preview

MODELS = ("gpt-4.1-mini", "gpt-6-luna")
"""One that caches by itself, and one that caches at breakpoints."""
PEOPLE, TURNS = (2, 4, 8), (20, 60, 200)
WINDOWS = (None, 16)
BARS = {"gpt-4.1-mini": (0.60, 0.36, 0.15), "gpt-6-luna": (0.60, 0.40, 0.18)}
"""What the better window may cost of the naive layout at four people, by number of turns."""
BARRED_PEOPLE = 4
COMPARED_TURNS = 60
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
        self._project = talk_project(folder, changed)
        self._catalog = Project.find(self._project).catalog()

    def spec(self, model: str) -> ModelSpec:
        """A model with its price."""
        return self._catalog.spec(f"openai/{model}")

    def played(self, model: str, size: Size, *, lines: int | None = None) -> Billed:
        """What a talk costs on a server that has read nothing before."""
        people, turns = size.people, size.turns
        talk = long_talk(self._project, model=model, people=people, turns=turns, lines=lines)
        overheard = _Overheard()
        with LoopbackServer(Scripts.of(Project.find(self._project)), self._catalog) as server:
            environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url}

            async def play() -> tuple[str, ...]:
                async with Session(environ=environ, network=overheard) as session:
                    run = await talk.arun(seed=7, session=session)
                return tuple(turn.text for turn in run.turns)

            words = asyncio.run(play())
            totals = server.stats()["totals"]
        assert len(words) == totals["answered"] == turns, totals
        shown = preview(
            talk.cast,
            talk.cast.ids[0],
            catalog=self._catalog,
            choice=talk.choice,
            today=datetime.now(UTC).date(),
            environ={},
        )
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
            layout=shown.prompt.layout(shown.route.spec).layout,
        )


def lower_bound(run: Billed, spec: ModelSpec) -> float:
    """Dollars for a run if all that was sent before came from the cache."""
    usage = Usage(input=run.usage.input, cached=run.usage.input - run.new, output=run.usage.output)
    return float(cost_of(usage, spec.price) or 0)


def compared(stage: Stage, model: str, size: Size) -> dict[int | None, tuple[str, float]]:
    """The rows of one size, by window: the line of the table, and the ratio to the naive layout."""
    naive = stage.played(f"{model}-naive", size)
    rows = {}
    for lines in WINDOWS:
        run = stage.played(model, size, lines=lines)
        assert run.words == naive.words
        if lines is None:
            least = lower_bound(run, stage.spec(model))
        ratio = run.dollars / naive.dollars
        cells = (
            model,
            f"{size.people} x {size.turns}",
            "all" if lines is None else f"{lines}",
            run.layout,
            f"{run.usage.input:,}",
            f"{run.share:.0%}",
            f"{run.dollars:.4f}",
            f"{ratio:.2f}",
            f"{run.dollars / least:.2f}",
        )
        rows[lines] = (f"| {' | '.join(cells)} |", ratio)
    return rows


def both_layouts(stage: Stage, model: str) -> Iterator[str]:
    """What the other layout would cost at each cast's size."""
    for people in PEOPLE:
        size = Size(people=people, turns=COMPARED_TURNS)
        for lines in WINDOWS:
            first, other = (stage.played(f"{model}-{one}", size, lines=lines) for one in LAYOUTS)
            taken = stage.played(model, size, lines=lines).layout
            cells = (
                model,
                f"{people}",
                "all" if lines is None else f"{lines}",
                *(f"{one.dollars:.4f}" for one in (first, other)),
                f"{other.dollars / first.dollars:.2f}",
                taken,
            )
            yield f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure, print the tables, and say whether a bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    missed = []
    print("| model | people x turns | lines | layout | prompt tokens | cached | $ | / naive | / bound |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        for model in MODELS:
            for people in PEOPLE:
                for turns, bar in zip(TURNS, BARS[model], strict=True):
                    rows = compared(stage, model, Size(people=people, turns=turns))
                    print("\n".join(row for row, _ in rows.values()), flush=True)
                    best = min(ratio for _, ratio in rows.values())
                    if people == BARRED_PEOPLE and best > bar:
                        missed.append(f"{model}, {people} x {turns}: {best:.3f} of at most {bar}")
        print("\n| model | people | lines | shared_first $ | persona_first $ | ratio | taken |")
        print("|---|---|---|---|---|---|---|")
        for model in MODELS:
            for row in both_layouts(stage, model):
                print(row, flush=True)
    for one in missed:
        print(f"missed: {one}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
