"""The folder in which a lessor's store lies, and the two settings that say where the rest is."""

from __future__ import annotations

import errno
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lessor.core.issue import FaultsError, Issue, Place

_CONFIG = "config.toml"
_DEFAULT_FOLDER = ".lessor"
_ENVIRONMENT = "LESSOR_HOME"
_IN_FOLDER = "sqlite"
_ENGINES = ("duckdb", "spark")


@dataclass(frozen=True)
class Home:
    """A store: its folder, the URL of its records, and what reads its usage: duckdb or spark."""

    folder: Path
    records_url: str
    usage_engine: str = "duckdb"

    @property
    def usage_folder(self) -> Path:
        """Where usage is kept."""
        return self.folder / "usage"


def folder_of(folder: str | Path | None, environ: Mapping[str, str]) -> Path:
    """The store's folder: as named, else `$LESSOR_HOME`, else `.lessor` where one is.

    >>> folder_of(None, {"LESSOR_HOME": "books"}).as_posix(), folder_of(None, {}).as_posix()
    ('books', '.lessor')
    """
    return Path(folder or environ.get(_ENVIRONMENT) or _DEFAULT_FOLDER)


def make_home(folder: str | Path, records_url: str | None = None) -> Home:
    """Make the folder of a store and its settings, which only their owner may read.

    A store that is there stays as it is. Issues `store-exists` where it is there with another URL
    of its records, `file-not-writable`.
    """
    place = Path(folder)
    if _is_file(place / _CONFIG):
        home = open_home(place, {})
        if records_url is not None and home.records_url != _full_url(place, records_url):
            message = f"there is a store in {place} already, which keeps its records elsewhere"
            raise FaultsError([Issue("store-exists", message, "name another folder: --store DIR")])
        return home
    # A string in JSON is one in TOML too.
    url = json.dumps(records_url or _IN_FOLDER, ensure_ascii=False)
    try:
        _write(place, f'[records]\nurl = {url}\n\n[usage]\nengine = "{_ENGINES[0]}"\n')
    except OSError as error:
        message = f"a store cannot be made in {_short(place)}: {_why(place, error)}"
        remedy = "name a folder that you may write to: --store DIR"
        raise FaultsError([Issue("file-not-writable", message, remedy)]) from None
    return open_home(place, {})


def open_home(folder: str | Path | None, environ: Mapping[str, str]) -> Home:
    """The store as its settings say.

    Issues `store-missing` where there is none, `store-settings` for settings that say nothing
    usable.
    """
    place = folder_of(folder, environ)
    settings = _read(place)
    url, engine = _setting(settings, "records", "url"), _setting(settings, "usage", "engine")
    if not isinstance(url, str):
        raise _unusable(
            place, "[records] has no url", 'write [records], and below it url = "sqlite"'
        )
    if engine not in _ENGINES:
        raise _unusable(
            place, f"[usage] has no engine of {engine!r}", 'write engine = "duckdb", or "spark"'
        )
    return Home(place, _full_url(place, url), str(engine))


def _write(place: Path, settings: str) -> None:
    """Settings appear whole or not at all: they are what makes a folder a store."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "usage").mkdir(mode=0o700, exist_ok=True)
    unfinished = place / f"{_CONFIG}.{os.getpid()}"
    unfinished.touch(mode=0o600)
    unfinished.write_text(settings, encoding="utf-8")
    unfinished.replace(place / _CONFIG)


def _read(place: Path) -> dict[str, object]:
    try:
        return tomllib.loads((place / _CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"there is no store in {place}"
        remedy = "make one: lessor init; or say where it is: --store DIR, or $LESSOR_HOME"
        raise FaultsError([Issue("store-missing", message, remedy)]) from None
    except OSError as error:
        if error.errno in _NO_FOLDER:
            message = f"there is no store in {_short(place)}: {_why(place, error)}"
            remedy = "name the folder of a store: --store DIR, or $LESSOR_HOME"
            raise FaultsError([Issue("store-missing", message, remedy)]) from None
        raise _unusable(place, str(error.strerror), "see that you may read it") from None
    except ValueError as error:
        raise _unusable(place, f"it is not TOML: {error}", "mend it by hand") from None


_NO_FOLDER = (errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
_NAME_SHOWN = 80


def _why(place: Path, error: OSError) -> str:
    """What keeps a place from being a folder."""
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        files = [each for each in (place, *place.parents) if _is_there(each) and not each.is_dir()]
        return f"{files[0] if files else place} is no folder"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long"
    return str(error.strerror)


def _short(place: Path) -> str:
    text = str(place)
    return text if len(text) <= _NAME_SHOWN else f"{text[:_NAME_SHOWN]}..."


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # A name that no folder can have.
        return False


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _setting(settings: dict[str, object], block: str, name: str) -> object:
    found = settings.get(block)
    return found.get(name) if isinstance(found, dict) else None


def _full_url(place: Path, url: str) -> str:
    return f"sqlite:///{place.resolve() / 'records.sqlite'}" if url == _IN_FOLDER else url


def _unusable(place: Path, message: str, remedy: str) -> FaultsError:
    where = Place(file=str(place / _CONFIG))
    return FaultsError([Issue("store-settings", message, remedy, where)])
