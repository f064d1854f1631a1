"""What speakers may call within a turn: LangChain tools, ours and the user's."""

from __future__ import annotations

from simulator.conversation.tools.toolbox import Toolbox, ToolResult

__all__ = ["ToolResult", "Toolbox"]
