"""The keys of a session: looked up when they are needed, and put away once they were refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from simulator.definitions.model_catalog import ModelSpec
from simulator.errors import KeyFileUnreadable, KeyMissing, KeyRefused
from simulator.llm.credentials import Credentials, bare
from simulator.llm.keys.key_file import ENCRYPTION_KEY, KeyFile, key_fault
from simulator.llm.traceback_guard import guard_tracebacks

__all__ = ["KeyRing"]

_HANDLE = "key-in:"
_NO_KEY = "none-needed"


class KeyRing:
    """Which key an endpoint gets; models bear a handle to it and never the key itself."""

    def __init__(self, environ: Mapping[str, str], *, credentials: Credentials) -> None:
        """`environ` holds keys, and what opens the key file; `credentials` learns what is used."""
        self._environ, self._credentials = environ, credentials
        self._file: dict[str, str] | None = None
        self._keys: dict[str, SecretStr | None] = {}
        self._refused: dict[tuple[str, str], KeyRefused] = {}
        """Place and variable -> how the endpoint there said no."""

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    def handle(self, spec: ModelSpec) -> SecretStr:
        """What stands for the key of a model's endpoint until the request is sent.

        Raises:
            KeyMissing: the endpoint needs a key and none of its variables is set.
            KeyRefused: what a variable holds can be no key.
            KeyFileUnreadable: the key may be in the key file, which does not open.
        """
        variables = spec.endpoint.key_variables
        if not variables:
            return SecretStr(_NO_KEY)
        if not self._held(variables):
            raise KeyMissing(spec.endpoint_id, *variables)
        return SecretStr(_HANDLE + ",".join(variables))

    def variables_of(self, handle: str) -> tuple[str, ...]:
        """The variables that a handle stands for; none where it is no handle."""
        if not handle.startswith(_HANDLE):
            return ()
        return tuple(handle.removeprefix(_HANDLE).split(","))

    def next_of(self, variables: tuple[str, ...], *, place: str) -> tuple[str, SecretStr]:
        """The first of the variables whose key was not refused at a place, with its key.

        Raises:
            KeyRefused: they all were; nothing need be sent.
        """
        held = self._held(variables)
        found = next((one for one in held.items() if (place, one[0]) not in self._refused), None)
        if found is None:
            raise self._all_refused(tuple(held), place)
        return found

    def refuse(self, variable: str, error: KeyRefused, *, place: str) -> None:
        """Never send this key there again, whatever variable it stands in.

        Others may take it: two endpoints can share a key, and one of them be set up wrongly.
        """
        key = self.key(variable)
        for name, other in self._keys.items():
            if other == key:
                self._refused.setdefault((place, name), error)

    def key(self, variable: str) -> SecretStr | None:
        """The key that a variable holds, in the environment or else in the key file.

        Raises:
            KeyRefused: it can be no key.
            KeyFileUnreadable: there is a key file, and it does not open.
        """
        if variable not in self._keys:
            value = self._environ.get(variable, "").strip() or self._in_file(variable)
            if fault := key_fault(value):
                # Whoever shows locals with tracebacks would show it.
                value = ""
                raise KeyRefused(
                    f"{variable} holds something that no API key has ({fault}): set it anew."
                )
            self._credentials.learn(value)
            guard_tracebacks((value,), environ=self._environ)
            self._keys[variable] = SecretStr(value) if value else None
        return self._keys[variable]

    def completing(self, environ: Mapping[str, str]) -> Mapping[str, str]:
        """Variables, of which one that is not set is looked for in the key file."""
        return _Completed(environ, self)

    def value(self, environ: Mapping[str, str], name: str) -> str | None:
        """What a variable holds there, or in the key file; what is a key by its name is learnt."""
        given = environ.get(name)
        if given:
            self._credentials.learn_from({name: given})
            return given
        key = self.key(name)
        return None if key is None else key.get_secret_value()

    def _held(self, variables: tuple[str, ...]) -> dict[str, SecretStr]:
        """The keys there are; a key file that does not open matters where there is no other."""
        held: dict[str, SecretStr] = {}
        closed: KeyFileUnreadable | None = None
        for variable in variables:
            try:
                key = self.key(variable)
            except KeyFileUnreadable as error:
                closed = error
            else:
                held |= {variable: key} if key is not None else {}
        if closed is not None and not held:
            raise KeyFileUnreadable(f"{' or '.join(variables)} is not set. {closed}") from closed
        return held

    def _in_file(self, variable: str) -> str:
        if self._file is None:
            try:
                file = KeyFile.of(self._environ)
                self._file = file.read(self._environ.get(ENCRYPTION_KEY, "")) if file else {}
            except KeyFileUnreadable as error:
                raise bare(error) from None
        return self._file.get(variable, "").strip()

    def _all_refused(self, variables: tuple[str, ...], place: str) -> KeyRefused:
        last = self._refused[place, variables[-1]]
        told = "the key in it was" if len(variables) == 1 else "their keys were"
        return KeyRefused(
            f"{last} (set {' or '.join(variables)} anew: {told} refused)",
            status=last.status,
            request_id=last.request_id,
        )


class _Completed(Mapping[str, str]):
    """Variables, some of which are in the key file."""

    def __init__(self, environ: Mapping[str, str], ring: KeyRing) -> None:
        self._environ, self._ring = environ, ring

    def __getitem__(self, name: str) -> str:
        value = self._ring.value(self._environ, name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)

    def __repr__(self) -> str:
        return f"_Completed({len(self)} variables)"
