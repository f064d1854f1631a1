"""The proxies that variables name, and what in their addresses nobody may see."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

__all__ = ["Proxy", "is_proxy_variable", "secrets_in"]

_LIKE_A_TOKEN = 16
"""A user's name of so many characters may be a key; shorter ones are words, as `administrator`."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the variable that names it."""

    variable: str
    address: str = field(repr=False)

    @classmethod
    def towards(cls, scheme: str, host: str) -> Self | None:
        """The one through which a host is asked; None: it is asked directly."""
        known = {} if proxy_bypass(host) else getproxies()
        named = next((one for one in (scheme, "all") if known.get(one)), None)
        return None if named is None else cls(_variable(f"{named}_proxy"), known[named])

    @property
    def is_usable(self) -> bool:
        """Whether its address is one that can be asked over HTTP."""
        try:
            parts = urlsplit(self.address)
            return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False


def is_proxy_variable(name: str) -> bool:
    """Whether a variable holds the address of a proxy, or says that by its name."""
    return name.lower().endswith("_proxy") and name.lower() != "no_proxy"


def secrets_in(address: str) -> tuple[str, ...]:
    """The password in a proxy's address, with and without its user, as written and as meant.

    The address may have slips in it. A user with a long name may be all that there is of a secret.
    """
    told = address.partition("://")[2] or address
    who = told.rpartition("@")[0]
    user, _, password = who.partition(":")
    alone = user if len(user) >= _LIKE_A_TOKEN else ""
    found = (who, password, alone) if password else (alone,)
    return tuple(dict.fromkeys(one for text in found if text for one in (text, unquote(text))))


def _variable(wanted: str) -> str:
    """The variable that is read for a name; those in small letters come first."""
    same = (one for one in os.environ if one.lower() == wanted and os.environ[one])
    return wanted if os.environ.get(wanted) else next(same, "the system")
