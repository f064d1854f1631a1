"""How the JSON of an answer is kept: compressed, with a byte in front that names the way.

A version's dictionary is part of the format: it is never edited, a better one gets a new number.
"""

from __future__ import annotations

import zlib
from typing import Final

from simulator.errors import StoreFailed

__all__ = ["pack", "unpack"]

PLAIN: Final = 0
DEFLATED: Final = 1
WINDOW: Final = -13
"""Raw deflate over 8 kB: an answer is short, and a bigger window costs more time than it saves."""
MEMORY: Final = 6
DAMAGED: Final = "An answer in the database is damaged: restore it from a copy."

DICTIONARY: Final = (
    b'{"message":{"role":"assistant","tool_calls":[{"id":"call_","type":"function","function":'
    b'{"name":"search_knowledge_base","arguments":"{\\"query\\":\\"\\",\\"category\\":'
    b'\\"technical\\"}"}}]},"finish_reason":"tool_calls","system_fingerprint":null}'
    b'","refusal":" the and that you not have for with this what would because they '
    b'\\",\\"confidence\\":0.8,\\"emotions\\":[\\"curious\\",\\"wary\\"],'
    b'\\"relevant_expertise\\":[\\"\\"],\\"act\\":\\"answer\\",\\"to\\":[],\\"tone\\":\\"'
    b'\\", \\"confidence\\": 0.9, \\"emotions\\": [\\"\\"], \\"relevant_expertise\\": [], '
    b'\\"act\\": \\"object\\"}"},"finish_reason":"stop","system_fingerprint":"stand-in:line:'
    b'"},"finish_reason":"length","system_fingerprint":"fp_'
    b'{"message":{"role":"assistant","content":"{\\"reasoning\\": \\"", \\"message\\": \\"'
    b'{"message":{"role":"assistant","content":"{\\"reasoning\\":\\"\\",\\"message\\":\\"'
)


def pack(answer: bytes) -> bytes:
    """The answer in as few bytes as it takes."""
    deflater = zlib.compressobj(
        6, zlib.DEFLATED, WINDOW, MEMORY, zlib.Z_DEFAULT_STRATEGY, DICTIONARY
    )
    deflated = deflater.compress(answer) + deflater.flush()
    if len(deflated) < len(answer):
        return bytes((DEFLATED,)) + deflated
    return bytes((PLAIN,)) + answer


def unpack(packed: bytes) -> bytes:
    """The answer as it was given to `pack`.

    Raises:
        StoreFailed: it is damaged, or kept in a way this version does not know.
    """
    way, body = packed[:1], packed[1:]
    if way == bytes((PLAIN,)):
        return body
    if way != bytes((DEFLATED,)):
        raise StoreFailed("An answer is kept in a way that only a newer simulator can read.")
    inflater = zlib.decompressobj(WINDOW, DICTIONARY)
    try:
        answer = inflater.decompress(body)
    except zlib.error as error:
        raise StoreFailed(DAMAGED) from error
    if not inflater.eof:
        raise StoreFailed(DAMAGED)
    return answer
