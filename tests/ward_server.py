"""A tool server of a ward, over standard input and output or HTTP: `ward_server.py [PORT]`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from mcp.server.fastmcp import FastMCP
from mcp.types import (
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from pydantic import AnyUrl

SERVER = FastMCP("ward", log_level="ERROR")
READS = ToolAnnotations(readOnlyHint=True)


@SERVER.tool(annotations=READS)
def beds(ward: str, free: bool | None = None) -> str:
    """Count the beds of a ward."""
    return f"{ward}: 4 beds\n[1] Rosa: of which free: {free}"


@SERVER.tool()
def book(bed: int) -> str:
    """Book a bed."""
    with Path("booked.txt").open("a") as booked:
        booked.write(f"{bed}\n")
    return f"bed {bed} is booked"


@SERVER.tool(annotations=READS)
def rules(topic: str) -> CallToolResult:
    """Read the rules of the ward."""
    text = TextResourceContents(uri=AnyUrl(f"ward://rules/{topic}"), text="No visits.\nAt night.")
    plan = ResourceLink(type="resource_link", name="plan", uri=AnyUrl("ward://plan"))
    photo = ImageContent(type="image", data="AAAA", mimeType="image/png")
    parts = [EmbeddedResource(type="resource", resource=text), plan, photo]
    return CallToolResult(content=[TextContent(type="text", text="Found:"), *parts])


@SERVER.tool(annotations=READS)
def who() -> str:
    """Tell what the server was told."""
    return f"{os.environ.get('WARD_KEY')} {os.environ.get('OTHER_KEY')}"


@SERVER.tool(annotations=READS)
def fail(why: str) -> str:
    """Fail."""
    raise ValueError(why)


@SERVER.tool(annotations=READS)
async def wait() -> str:
    """Take a minute."""
    await asyncio.to_thread(Path("waiting").write_text, "yes")
    await asyncio.sleep(60)
    return "a minute"


@SERVER.tool(annotations=READS)
def die() -> str:
    """End the server."""
    os._exit(3)


@SERVER.tool(name="long.name", description="x" * 2_000, annotations=READS)
def long_name() -> str:
    """Have a name and a description that endpoints refuse."""
    return "fine"


if __name__ == "__main__":
    Path("server.pid").write_text(str(os.getpid()))
    sys.stderr.write("the ward is open\n")
    if len(sys.argv) > 1:
        SERVER.settings.host, SERVER.settings.port = "127.0.0.1", int(sys.argv[1])
        SERVER.run("streamable-http")
    else:
        SERVER.run()
