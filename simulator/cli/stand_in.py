"""`simulator stand-in`: the stand-in as a server that any client of OpenAI's can talk to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from simulator.cli.options import Seconds
from simulator.definitions.project import Project

__all__ = ["command"]


@click.group("stand-in")
def command() -> None:
    """Serve the stand-in as a local OpenAI-like server."""


@command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="N",
    default=8765,
    show_default=True,
    help="The port to listen on; 0 takes a free one.",
)
@click.option("--key", "keys", multiple=True, help="Accept only this key; may be repeated.")
@click.option(
    "--latency",
    type=Seconds(),
    metavar="SECONDS",
    default=0.0,
    show_default=True,
    help="The wait before an answer begins.",
)
@click.option(
    "--chunk-delay",
    type=Seconds(),
    metavar="SECONDS",
    default=0.0,
    show_default=True,
    help="The wait between two chunks of a stream.",
)
@click.option(
    "--faults",
    "faults_text",
    metavar="SPEC",
    default="",
    help="What goes wrong how often: 429=0.2,delay:2=0.1,lost=0.02.",
)
@click.option(
    "--fault-seed",
    type=int,
    metavar="N",
    default=0,
    show_default=True,
    help="Decides which requests meet a fault.",
)
def serve_stand_in(
    host: str,
    port: int,
    keys: tuple[str, ...],
    latency: float,
    chunk_delay: float,
    faults_text: str,
    fault_seed: int,
) -> None:
    """Serve the project's written lines under /stand-in/v1 until Ctrl-C.

    It answers chat completions like OpenAI's API, streamed or whole, and bills like it: GET
    /stats tells what it billed. The address goes to stdout. Needs the extra `server`: uvicorn.

    Things can go wrong on purpose, by chance (--faults NAME[:AMOUNT]=PROBABILITY,...) or for a
    request with the header x-stand-in-fault: NAME[:AMOUNT]. Not billed: 429, 429-ms, 429-date,
    429-bare, quota, 400, 401, 403, 500, 502-html, 503, burst, reset-before, hang. Billed whole:
    lost, reset-middle, close-middle, cut-body, empty-body, html-200, no-usage, cut-content,
    stream-no-done, stream-no-finish, stream-error-event, delay, drip, hang-paid, duplicate.
    """
    import asyncio

    from simulator.llm.stand_in.application import app
    from simulator.llm.stand_in.faults import Faults
    from simulator.llm.stand_in.script import Scripts
    from simulator.llm.stand_in.server import serve

    project = Project.find(Path.cwd())
    faults = Faults.of(faults_text, seed=fault_seed)

    scripts, catalog = Scripts.of(project), project.catalog()
    options = {"latency": latency, "chunk_delay": chunk_delay}
    application = app(scripts, catalog, keys=keys, faults=faults, **options)
    tell = _telling(project, checks_keys=bool(keys))
    asyncio.run(serve(application, host=host, port=port, on_ready=tell))


def _telling(project: Project, *, checks_keys: bool) -> Callable[[str], None]:
    """What says where it listens, and how to ask it from this project."""
    from simulator.display.stand_in_advice import how_to_use

    catalog, ids = project.catalog(), project.scenario_ids()
    scenario = "focus-group" if "focus-group" in ids else next(iter(ids), "SCENARIO")

    def tell(url: str) -> None:
        click.echo(url)
        click.echo("The stand-in listens; it speaks written lines, no model.", err=True)
        click.echo(how_to_use(catalog, url, scenario=scenario, checks_keys=checks_keys), err=True)

    return tell
