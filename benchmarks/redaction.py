"""What it takes to look a prompt through for keys, and to take one out.

Talk is drawn from the documentation. Figures are milliseconds of one core, the best of several
rounds: 10 kB as one text; a conversation of 200 and of 2,000 lines as it is sent. Seen for the
first time; in the next turn, when only the last message of 4 kB is new; and with a key in that.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.llm.credentials import Credentials
from simulator.llm.screen import Screen

DOCS = Path(__file__).parent.parent / "docs"
KEY = "sk-proj-" + "aB3dE6gH9" * 8
LINE = 300
"""Characters of a line of talk."""


def talk(characters: int) -> str:
    """Words of the documentation in some order."""
    words = " ".join(path.read_text() for path in sorted(DOCS.glob("*.md"))).split()
    drawn = random.Random(7).choices(words, k=characters // 4)  # noqa: S311 - it only has to look like talk
    return " ".join(drawn)[:characters]


def body(lines: int) -> dict[str, Any]:
    """A request with so many lines."""
    whole = talk(lines * LINE)
    cut = (whole[n * LINE : (n + 1) * LINE] for n in range(lines))
    return {
        "messages": [{"role": "user", "content": [{"type": "text", "text": one} for one in cut]}]
    }


def milliseconds(screen: Callable[[], Screen], given: dict[str, Any], *, last: str) -> float:
    """How long one look takes."""
    taken = []
    for n in range(20):
        looking = screen()
        new = {"role": "user", "content": f"{last} {n} {talk(4_000)}"}
        began = time.perf_counter()
        looking.passed({"messages": [*given["messages"], new]})
        taken.append(time.perf_counter() - began)
    return min(taken) * 1000


def main() -> None:
    """Print the table."""
    used = Credentials()
    used.learn(KEY[::-1])

    def unseen() -> Screen:
        return Screen(credentials=used)

    ten = {"messages": [{"role": "user", "content": talk(10_000)}]}
    rows = {"10 kB": ten, "200 lines, 60 kB": body(200), "2,000 lines, 600 kB": body(2_000)}
    print(f"{'':22}{'first':>8}{'next':>8}{'key':>8}")
    for name, given in rows.items():
        seen = unseen()
        first = milliseconds(unseen, given, last="Well?")
        after = [milliseconds(lambda seen=seen: seen, given, last=one) for one in ("Well?", KEY)]
        print(f"{name:22}{first:8.3f}{after[0]:8.3f}{after[1]:8.3f}")


if __name__ == "__main__":
    main()
