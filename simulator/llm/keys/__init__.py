"""API keys: where they come from, and which of several is sent."""

from __future__ import annotations

from simulator.llm.keys.environment import Environment, dotenv_of
from simulator.llm.keys.key_file import ENCRYPTION_KEY, KeyFile, key_fault, new_encryption_key
from simulator.llm.keys.key_place import ADMIN_KEY, KeyPlace, Where, key_places
from simulator.llm.keys.key_ring import KeyRing

__all__ = [
    "ADMIN_KEY",
    "ENCRYPTION_KEY",
    "Environment",
    "KeyFile",
    "KeyPlace",
    "KeyRing",
    "Where",
    "dotenv_of",
    "key_fault",
    "key_places",
    "new_encryption_key",
]
