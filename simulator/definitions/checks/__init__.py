"""Mistakes between files and between the parts of one: names that nothing bears, circles, traps.

`checker` is the one door. Checks read what files say (`outline`) and what names can stand for
(`surroundings`), so that a mistake in one place hides none in another; they run nobody's code.
"""

from __future__ import annotations

__all__: list[str] = []
