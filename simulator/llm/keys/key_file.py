"""Keys encrypted at rest: one file for a person's account on a machine, opened by ENCRYPTION_KEY.

The file is one line that says what it is and one Fernet token (AES-128-CBC with HMAC-SHA256), in
which names and values stand as JSON. It is only ever replaced as a whole.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import KeyFileUnreadable, UsageError

__all__ = ["ENCRYPTION_KEY", "KeyFile", "key_fault", "new_encryption_key"]

ENCRYPTION_KEY = "ENCRYPTION_KEY"
_NEW_KEY = "The new encryption key (NEW_ENCRYPTION_KEY)"
_PLACE = "SIMULATOR_KEYS"
_HEAD = b"persona-simulator keys 1\n"
_LARGEST = 1 << 20
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OWN_FOLDER, _OWN_FILE = 0o700, 0o600


def new_encryption_key() -> str:
    """A fresh key to a key file. Raises UsageError without the extra `keys`."""
    key: bytes = _fernet().Fernet.generate_key()
    return key.decode()


def key_fault(value: str) -> str:
    """What makes a text no API key; empty for one that can be sent."""
    if value.isascii() and value.isprintable() and " " not in value:
        return ""
    return "a curly quote, a letter with an accent, a space or a line break"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Where the encrypted keys are kept."""

    path: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> KeyFile | None:
        """`SIMULATOR_KEYS`, else `persona-simulator/keys` in the user's configuration.

        None where there is no home to have one in. Raises KeyFileUnreadable where the place named
        is in the home of nobody.
        """
        named = environ.get(_PLACE, "").strip()
        if named:
            try:
                return cls(Path(named).expanduser())
            except RuntimeError:
                raise KeyFileUnreadable(
                    f"{_PLACE} is {named!r}, and nobody knows that home folder: write the whole "
                    "path."
                ) from None
        folder, home = environ.get("XDG_CONFIG_HOME", ""), environ.get("HOME", "")
        if not folder and not home:
            return None
        return cls(Path(folder or f"{home}/.config") / "persona-simulator" / "keys")

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return os.path.lexists(self.path)

    def require(self, encryption_key: str) -> None:
        """Raise what would stop a change, before anybody is asked for a key. See `read`."""
        _cipher(encryption_key)
        self.read(encryption_key)

    def read(self, encryption_key: str) -> dict[str, str]:
        """Names and values; none where there is no file.

        Raises:
            KeyFileUnreadable: others may read it, it is no such file, or the key does not fit.
        """
        if not self.exists:
            return {}
        return self._decrypted(encryption_key, self._content())

    def change(self, encryption_key: str, change: Callable[[dict[str, str]], object]) -> None:
        """Read it, change what it holds, and write it, while nobody else does so.

        Raises: see `read`, and UsageError where it cannot be written.
        """
        with self._alone():
            held = self.read(encryption_key)
            change(held)
            self._write(_encrypted(encryption_key, held))

    def rotate(self, encryption_key: str, new_key: str) -> int:
        """Encrypt it anew by another key, which alone opens it from then on; how many keys it has.

        Raises: see `change`.
        """
        with self._alone():
            if not self.exists:
                raise UsageError(
                    f"There is no key file at {self.path} yet; `simulator keys set NAME`."
                )
            held = self.read(encryption_key)
            self._write(_encrypted(new_key, held, called=_NEW_KEY))
        return len(held)

    def _content(self) -> bytes:
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            raise KeyFileUnreadable(
                f"The key file {self.path} cannot be read: {error.strerror}."
            ) from None
        try:
            self._require_private(os.fstat(handle))
            with os.fdopen(handle, "rb", closefd=False) as opened:
                content = opened.read(_LARGEST)
        finally:
            os.close(handle)
        if not content.startswith(_HEAD):
            raise KeyFileUnreadable(
                f"{self.path} is no key file: move it away, or name another one in {_PLACE}."
            )
        return content.removeprefix(_HEAD).strip()

    def _require_private(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileUnreadable(f"{self.path} is no file: name another one in {_PLACE}.")
        if os.name == "posix" and status.st_mode & _OTHERS:
            mode = stat.S_IMODE(status.st_mode)
            raise KeyFileUnreadable(
                f"Others may read the key file {self.path} (mode {mode:04o}): `chmod 600` it, and "
                "replace its keys if somebody has."
            )

    def _decrypted(self, encryption_key: str, token: bytes) -> dict[str, str]:
        fernet = _fernet()
        try:
            content: bytes = _cipher(encryption_key).decrypt(token)
        except fernet.InvalidToken:
            raise KeyFileUnreadable(
                f"{ENCRYPTION_KEY} does not open the key file {self.path}: it is another key than "
                "the one it was written with, or the file is damaged."
            ) from None
        held = _keys_in(content)
        if held is None:
            raise KeyFileUnreadable(
                f"{self.path} holds no names and keys: move it away, and `simulator keys set NAME`."
            )
        return held

    def _write(self, token: bytes) -> None:
        """Replace the file by a whole one that nobody else could read for a moment."""
        target = self.path.resolve()
        fresh = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            with os.fdopen(os.open(fresh, flags, _OWN_FILE), "wb") as opened:
                opened.write(_HEAD + token + b"\n")
                opened.flush()
                os.fsync(opened.fileno())
            fresh.replace(target)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise UsageError(
                f"The key file {self.path} cannot be written: {error.strerror}."
            ) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock; it goes with the process, however that ends."""
        folder = self.path.parent
        try:
            folder.mkdir(mode=_OWN_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"The folder {folder} cannot be made: {error.strerror}.") from None
        if sys.platform == "win32":
            yield
            return
        import fcntl  # noqa: PLC0415 - not everywhere

        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _fernet() -> Any:
    try:
        # A tenth of a second to load, and an extra: only who has a key file pays for it.
        from cryptography import fernet  # noqa: PLC0415 - see above
    except ModuleNotFoundError:
        message = f"The key file needs the extra `keys`: {sys.executable} -m pip install"
        raise UsageError(f"{message} 'persona-simulator[keys]'") from None
    return fernet


def _keys_in(content: bytes) -> dict[str, str] | None:
    """The names and values in what was encrypted; None where it is something else."""
    try:
        held: Any = json.loads(content)
    except (RecursionError, ValueError):
        return None
    whole = isinstance(held, dict) and all(isinstance(value, str) for value in held.values())
    return held if whole else None


def _encrypted(
    encryption_key: str, held: Mapping[str, str], *, called: str = ENCRYPTION_KEY
) -> bytes:
    cipher = _cipher(encryption_key, called=called)
    token: bytes = cipher.encrypt(json.dumps(dict(sorted(held.items()))).encode())
    return token


def _cipher(encryption_key: str, *, called: str = ENCRYPTION_KEY) -> Any:
    """The first of the keys encrypts, each of them opens; `called`: what a complaint names."""
    fernet = _fernet()
    if not encryption_key.strip():
        if called != ENCRYPTION_KEY:
            raise KeyFileUnreadable(f"{called} is empty: `simulator keys new` prints a fresh one.")
        raise KeyFileUnreadable(
            f"The key file needs {ENCRYPTION_KEY}: set it in the environment; `simulator keys new` "
            "prints a fresh one for a file that is not there yet."
        )
    try:
        return fernet.MultiFernet([fernet.Fernet(one.strip()) for one in encryption_key.split(",")])
    except ValueError:
        raise KeyFileUnreadable(
            f"{called} is no such key: it has 44 characters, as `simulator keys new` prints it."
        ) from None
