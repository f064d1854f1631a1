"""Conversations per second, many at once in one process, ours against a raw client.

Both play the same number of conversations of twelve turns against the same server, which takes
50 ms for an answer; all are in flight at once. Ours does everything it always does: graph,
prompts, router, structured replies, one SQLite file with ledger and events of every run. The raw
loop keeps a list of messages. Figures are medians over several rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from servers.loopback import serving
from subjects.focus_group import KEY, MODEL, endless, opening, response_format

from simulator import Session, Store

TURNS = 12
SECONDS_TO_ANSWER = 0.05


async def ours(url: str, conversations: int, folder: Path) -> None:
    """Runs of ours, sharing a session and a database."""
    simulation = endless(folder, turns=TURNS)
    environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url}
    with Store.open(simulation.database) as store:
        async with Session(environ=environ) as session:
            runs = await asyncio.gather(
                *(
                    simulation.arun(seed=seed, session=session, store=store)
                    for seed in range(conversations)
                )
            )
    assert all(len(run.turns) == TURNS for run in runs)


async def raw_openai(url: str, conversations: int, folder: Path) -> None:
    """The loop everybody writes, sharing a client."""

    async def converse() -> None:
        said: list[Any] = opening()
        for turn in range(TURNS):
            answer = await client.chat.completions.create(
                model=MODEL,
                messages=said,
                response_format=response_format(),  # type: ignore[arg-type] # a TypedDict there
                max_completion_tokens=300,
            )
            reply = json.loads(answer.choices[0].message.content or "")
            said.append({"role": "user", "content": f"[{turn}] Rosa: {reply['message']}"})

    async with AsyncOpenAI(api_key=KEY, base_url=url, max_retries=0) as client:
        await asyncio.gather(*(converse() for _ in range(conversations)))


def measured(loop: Callable[..., Any], url: str, conversations: int) -> float:
    """Conversations per second."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        asyncio.run(loop(url, conversations, Path(folder)))
        return conversations / (time.perf_counter() - began)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    loops = {"ours": ours, "raw AsyncOpenAI": raw_openai}
    found: dict[str, list[float]] = {name: [] for name in loops}
    with serving(SECONDS_TO_ANSWER) as url:
        for _ in range(given.rounds):
            for name, loop in loops.items():
                found[name].append(measured(loop, url, given.conversations))
    median = {name: statistics.median(figures) for name, figures in found.items()}
    print(f"| {given.conversations} x {TURNS} turns | conversations per second |\n|---|---|")
    for name, figure in median.items():
        print(f"| {name} | {figure:.1f} |")
    print(f"| ours / raw AsyncOpenAI | {median['ours'] / median['raw AsyncOpenAI']:.2f} |")


if __name__ == "__main__":
    main()
