"""What lies under the HTTP client: a transport in, a transport out."""

from __future__ import annotations

__all__: list[str] = []
