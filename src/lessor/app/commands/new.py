"""`lessor new`: a commented deal file to start from."""

from __future__ import annotations

from pathlib import Path

from lessor.app.outcome import Outcome, command, refused
from lessor.core.issue import Issue, Place

STARTER = Path(__file__).with_name("starter.yaml")


@command
def new(path: str) -> Outcome[str]:
    """Write the starter deal to a file that does not exist yet; the document is `{"written"}`.

    Issues: file-exists, file-not-writable.
    """
    text = STARTER.read_text(encoding="utf-8")
    try:
        # "x" asks and creates in one step, so nothing that appears meanwhile is written over.
        with open(path, "x", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
    except FileExistsError:
        return refused([_exists(path)])
    except (OSError, ValueError) as error:
        # ValueError: a name that holds a zero byte.
        return refused([_unwritable(path, getattr(error, "strerror", None) or str(error))])
    return Outcome({"written": path, "issues": []}, (), path)


def _exists(path: str) -> Issue:
    return Issue(
        "file-exists",
        "there is a file or folder at that path already, and it is left as it is",
        "name a file that is not there yet, as `lessor new second.yaml`",
        Place(path),
    )


def _unwritable(path: str, reason: str) -> Issue:
    return Issue(
        "file-not-writable",
        f"the file cannot be written: {reason}",
        "name a file in a folder that is there and that you may write to",
        Place(path),
    )
