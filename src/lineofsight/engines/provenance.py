"""What makes answers: the code up to the engines' and the libraries that it rests on, as a part of every key of the cache.

An answer is read again only by the very code and the very libraries that made it. All code that an answer can depend on
stands in `PACKAGES` and `MODULES`: imports point only down, so that nothing above is asked. What is above is part of the
question, which every key spells out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import pkgutil
import secrets
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from typing import Any

from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError

PACKAGES = ("aggregation", "engines", "episodes", "project", "sources", "stats")
MODULES = ("changes", "characters", "error_codes", "errors", "ownership", "reasons", "units", "version")

_LIBRARIES = ("duckdb", "ibis-framework", "numpy", "pyarrow", "scipy", "sqlglot")
_OF_ENGINE = {"spark": ("pyspark",)}
_ROOT = __name__.partition(".")[0]
_WITHOUT_REFERENCES = 2  # a form of code that is the same however often its parts are used elsewhere


def provenance(engine: str) -> str:
    """A text that differs wherever what makes answers differs.

    Where the code was edited since this process began, what runs may be a mixture of both: then no two texts are the same.

    Args:
        engine: Name of the engine, as in the project file.

    Raises:
        EngineError: The code can be read in no way.
    """
    code = _hash_of_code()
    if code != _CODE_AT_START:
        code = secrets.token_hex(16)
    libraries = [f"{name} {version(name)}" for name in (*_LIBRARIES, *_OF_ENGINE.get(engine, ()))]
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    return "; ".join((f"code {code}", python, *libraries))


def _hash_of_code() -> str:
    found = hashlib.sha256()
    for spec in _specs():
        content = _content(spec)
        found.update(f"{spec.name} {len(content)} ".encode())
        found.update(content)
    return found.hexdigest()


def _specs() -> Iterator[ModuleSpec]:
    """All modules whose code makes answers, none of them imported for it."""
    for name in MODULES:
        yield _found(importlib.util.find_spec(f"{_ROOT}.{name}"), name)
    pending = [_found(importlib.util.find_spec(f"{_ROOT}.{name}"), name) for name in PACKAGES]
    while pending:
        package = pending.pop()
        yield package
        for at in pkgutil.iter_modules(package.submodule_search_locations, f"{package.name}."):
            spec = _found(at.module_finder.find_spec(at.name, None), at.name)
            if at.ispkg:
                pending.append(spec)
            else:
                yield spec


def _found(spec: ModuleSpec | None, name: str) -> ModuleSpec:
    if spec is None:
        message = f"the code of Lineofsight cannot be read: there is no '{name}'"
        raise EngineError(EngineCode.CODE_UNREADABLE, message, hint="install it again")
    return spec


def _content(spec: ModuleSpec) -> bytes:
    """The bytes of a module's file, wherever that lies; of a module without one its compiled code."""
    loader: Any = spec.loader
    if spec.has_location and hasattr(loader, "get_data"):
        try:
            content: bytes = loader.get_data(spec.origin)
        except OSError:
            pass  # packed into a program, without its files
        else:
            return content
    if hasattr(loader, "get_code"):
        code = loader.get_code(spec.name)
        if code is not None:
            return marshal.dumps(code, _WITHOUT_REFERENCES)
    raise EngineError(
        EngineCode.CODE_UNREADABLE,
        f"the code of '{spec.name}' cannot be read, so nobody can tell whether stored answers are its own",
        hint="install Lineofsight from its wheel",
    )


_CODE_AT_START = _hash_of_code()
