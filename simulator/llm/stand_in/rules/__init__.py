"""What OpenAI's API lets pass: the published rules of `POST /chat/completions`, beyond the types.

The door is `request_rules`.
"""

from __future__ import annotations

__all__: list[str] = []
