"""The offline default: it speaks what people wrote, never invented prose, always labelled."""

from __future__ import annotations

__all__: list[str] = []
