"""Who owns what is half-written in a folder, and whether it may be removed.

A number of a process tells nothing across containers, each of which counts from 1, nor across hosts that share a folder. So whoever
writes holds a lock on a file beside it, which the system gives back however the process ends; what is half-written is named after it.
"""

from __future__ import annotations

import contextlib
import errno
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX, _SUFFIX = ".owner-", ".lock"
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_guard = threading.Lock()


@dataclass
class _Claim:
    """What this process holds in a folder.

    Attributes:
        token: What its files are named after.
        lock: Held until the last that uses the claim is done; None where the file system knows no locks.
        users: How many use it.
    """

    token: str
    lock: FileLock | None
    users: int = 0


_claims: dict[Path, _Claim] = {}


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[str]:
    """Inside, what is written into the folder, or into one below it, under a name that ends in `-` and the token given is left alone by others.

    Args:
        folder: Where `remove_abandoned` is asked; it has to exist.

    Raises:
        OSError: The folder cannot be written to.
    """
    folder = folder.resolve()
    with _guard:
        claim = _claims.get(folder)
        if claim is None:
            token = secrets.token_hex(8)
            claim = _claims[folder] = _Claim(token, _locked(_path(folder, token)))
        claim.users += 1
    try:
        yield claim.token
    finally:
        with _guard:
            claim.users -= 1
            if not claim.users:
                del _claims[folder]
                _give_back(claim, _path(folder, claim.token))


def remove_abandoned(folder: Path, leftovers: Iterable[Path]) -> int:
    """Removes what was left by those who write no more.

    Args:
        folder: Where they had their claim.
        leftovers: Files and folders whose names end in `-` and a token.

    Returns:
        How many were removed.
    """
    folder, removed, owned = folder.resolve(), 0, dict[str, bool]()
    for path in leftovers:
        token = path.name.rsplit("-", 1)[-1]
        if token not in owned:
            owned[token] = _owned(folder, token)
        if not owned[token]:
            remove(path)
            removed += 1
    for lock in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        _owned(
            folder, lock.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
        )  # removes those that nobody holds
    return removed


def remove(path: Path) -> None:
    """Removes a file or a folder with all that it holds; another may do so at the same time."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _path(folder: Path, token: str) -> Path:
    return folder / f"{_PREFIX}{token}{_SUFFIX}"


def _locked(path: Path) -> FileLock | None:
    lock = FileLock(path)
    try:
        lock.acquire()  # who cleans at this moment holds it for an instant, and removes it: it is then made anew
    except (NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_LOCKS:
            raise
        path.touch()  # on a file system without locks nobody can tell, so all is left alone
        return None
    return lock


def _give_back(claim: _Claim, path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    if claim.lock is not None:
        claim.lock.release()


def _owned(folder: Path, token: str) -> bool:
    """Whether someone holds the lock; one that nobody holds is removed. Where that cannot be known, it is taken to be held."""
    with _guard:
        if any(claim.token == token for claim in _claims.values()):
            return True
    path = _path(folder, token)
    if not path.exists():
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except (Timeout, NotImplementedError, OSError):
        return True
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    lock.release()
    return False
