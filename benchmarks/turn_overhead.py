"""CPU of one turn, ours against raw clients that say the same.

All three loops talk to the same server in the same run; CPU is this process's alone. A turn of
ours is everything: graph, prompt, router, structured reply, ledger and events on disk. The raw
loops only keep a list of messages. Figures are milliseconds of CPU per turn around turn 20 and
around turn 120 of one conversation, medians over several.
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

import httpx2
from openai import AsyncOpenAI
from servers.loopback import serving
from subjects.focus_group import KEY, MODEL, endless, opening, response_format

from simulator import Observer, Session

PLACES = (20, 120)
AROUND = 10
TURNS = max(PLACES) + AROUND
Clock = Callable[[], None]


async def ours(url: str, tick: Clock, folder: Path) -> None:
    """One conversation of ours."""
    environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url}

    def told(event: Any) -> None:
        if event.kind == "turn_taken":
            tick()

    async with Session(environ=environ) as session:
        simulation = endless(folder, turns=TURNS)
        run = await simulation.arun(seed=1, session=session, observer=Observer(event=told))
    assert len(run.turns) == TURNS, run


async def raw_openai(url: str, tick: Clock, folder: Path) -> None:
    """The loop everybody writes: AsyncOpenAI, a message a turn, a structured reply."""
    said: list[Any] = opening()
    async with AsyncOpenAI(api_key=KEY, base_url=url, max_retries=0) as client:
        for turn in range(TURNS):
            answer = await client.chat.completions.create(
                model=MODEL,
                messages=said,
                response_format=response_format(),  # type: ignore[arg-type] # a TypedDict there
                max_completion_tokens=300,
            )
            reply = json.loads(answer.choices[0].message.content or "")
            said.append({"role": "user", "content": f"[{turn}] Rosa: {reply['message']}"})
            tick()


async def raw_httpx2(url: str, tick: Clock, folder: Path) -> None:
    """The least one can do: POST and parse."""
    said = opening()
    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {KEY}"}) as client:
        for turn in range(TURNS):
            body = {
                "model": MODEL,
                "messages": said,
                "response_format": response_format(),
                "max_completion_tokens": 300,
            }
            answer = await client.post(f"{url}/chat/completions", json=body)
            reply = json.loads(answer.json()["choices"][0]["message"]["content"])
            said.append({"role": "user", "content": f"[{turn}] Rosa: {reply['message']}"})
            tick()


async def measured(loop: Callable[..., Any], url: str) -> dict[int, float]:
    """Milliseconds of CPU per turn around each place."""
    ticks: list[float] = [time.process_time()]
    with tempfile.TemporaryDirectory() as folder:
        await loop(url, lambda: ticks.append(time.process_time()), Path(folder))
    return {
        place: (ticks[place + AROUND] - ticks[place - AROUND]) / (2 * AROUND) * 1000
        for place in PLACES
    }


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    loops = {"ours": ours, "raw AsyncOpenAI": raw_openai, "raw httpx2": raw_httpx2}
    found: dict[str, dict[int, list[float]]] = {n: {p: [] for p in PLACES} for n in loops}
    with serving() as url:
        for _ in range(rounds):
            for name, loop in loops.items():
                for place, figure in asyncio.run(measured(loop, url)).items():
                    found[name][place].append(figure)
    median = {n: {p: statistics.median(v) for p, v in by.items()} for n, by in found.items()}
    print("| ms of CPU per turn | turn 20 | turn 120 |\n|---|---|---|")
    for name, by_place in median.items():
        print(f"| {name} | {by_place[20]:.2f} | {by_place[120]:.2f} |")
    for other in ("raw AsyncOpenAI", "raw httpx2"):
        ratios = [median["ours"][place] / median[other][place] for place in PLACES]
        print(f"| ours / {other} | {ratios[0]:.2f} | {ratios[1]:.2f} |")
    rest = [median["ours"][place] - median["raw httpx2"][place] for place in PLACES]
    print(f"\nturn 120 / turn 20, less the raw httpx2 loop: {rest[1] / rest[0]:.2f}")


if __name__ == "__main__":
    main()
