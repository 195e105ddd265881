"""Files that a command makes: where they go, and that none is written over."""

from __future__ import annotations

from pathlib import Path

from lessor.core.issue import FaultsError, Issue, Place


def write_out(path: Path, content: bytes) -> None:
    """Write a file that is not there yet; one that is there and says the same is left.

    Raises FaultsError with file-exists, file-not-writable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as handle:
            handle.write(content)
    except FileExistsError:
        if not _says(path, content):
            raise FaultsError([_exists(path)]) from None
    except (OSError, ValueError) as error:
        # ValueError: a name that holds a zero byte.
        raise FaultsError([_unwritable(path, error)]) from None


def is_folder(target: str) -> bool:
    """Whether a target names a folder: one that is there, or ends as folders are written."""
    return target.endswith(("/", "\\")) or Path(target).is_dir()


def _says(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _exists(path: Path) -> Issue:
    return Issue(
        "file-exists",
        "there is a file or folder at that path already that says something else, and it is left "
        "as it is",
        "name a file or folder that is not there yet: -o PATH",
        Place(str(path)),
    )


def _unwritable(path: Path, error: Exception) -> Issue:
    return Issue(
        "file-not-writable",
        f"the file cannot be written: {getattr(error, 'strerror', None) or error}",
        "name a file in a folder that you may write to: -o PATH",
        Place(str(path)),
    )
