"""A project whose persona uses the tool server of `ward_server.py`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.conversation.tools import Toolbox, ToolResult
from simulator.definitions.cast import Cast
from simulator.definitions.tool_servers import ToolServer
from simulator.llm.ask import ToolRequest
from tests.small_project import small_project
from tests.talks import cast_of, member

SERVER = Path(__file__).with_name("ward_server.py")
KEYS = {"WARD_KEY": "s3cret-1f", "OTHER_KEY": "not for the ward"}
TALK = """
title: A bed
setting: A ward.
graph: round_table
cast: [{persona: rosa}]
limits: {turns: 1}
lines:
  - {id: booking, speaker: rosa, act: open, say: "I book bed 4.", uses: {ward/TOOL}}
"""


def ward_project(folder: Path, uses: str, command: str = "") -> Path:
    """A project whose Rosa uses a tool of a server in her first turn."""
    project = small_project(folder)
    rosa = "name: Rosa Lindqvist\ntools: [ward/beds, ward/book, ward/wait]\n"
    (folder / "personas" / "rosa.yaml").write_text(rosa)
    written = TALK.replace("{ward/TOOL}", f"{{ward/{uses}}}")
    (folder / "scenarios" / "bed.yaml").write_text(written)
    command = command or f"[python, {SERVER}]"
    (folder / "tools.yaml").write_text(f"servers:\n  ward: {{command: {command}}}\n")
    return project


def ward(folder: Path, *tools: str | dict[str, Any], **server: Any) -> Cast:
    """A cast of Rosa, who has those tools, and a server `ward` that is started in the folder."""
    described = {"command": ["python", str(SERVER)], **server}
    servers = {"ward": ToolServer.model_validate(described)}
    return replace(cast_of(member("rosa", tools=tools)), folder=folder, servers=servers)


async def told(box: Toolbox, name: str, **arguments: Any) -> ToolResult:
    """What Rosa's model is told."""
    request = ToolRequest(id="a", name=name, arguments=json.dumps(arguments))
    return await box.call("rosa", request)
