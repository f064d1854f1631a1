"""What speakers may call within a turn: LangChain tools, ours and the user's."""

from __future__ import annotations

from simulator.conversation.tools.servers import open_servers
from simulator.conversation.tools.tool_count import ToolCount
from simulator.conversation.tools.tool_result import ToolResult
from simulator.conversation.tools.toolbox import Toolbox, knowledge_of

__all__ = ["ToolCount", "ToolResult", "Toolbox", "knowledge_of", "open_servers"]
