"""Fidelity: is a turn true to the persona that speaks it? Told without a model."""

from __future__ import annotations

from simulator.conversation.fidelity.guard import RULES, Breach, Guard, Rule, compile_guard

__all__ = ["RULES", "Breach", "Guard", "Rule", "compile_guard"]
