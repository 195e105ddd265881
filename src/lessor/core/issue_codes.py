"""The one table of Issue codes: code -> what it means, in one line.

A code is public: people search for it, tools match on it. So a code is never renamed or given
another meaning; each has a bad file that runs and a golden message under `tests/issues/`.
Codes are kebab-case, in alphabetical order.
"""

from collections.abc import Mapping
from types import MappingProxyType

ISSUE_CODES: Mapping[str, str] = MappingProxyType(
    {
        "alias-refused": "an anchor (&name) or an alias (*name) stands in place of a value",
        "control-character": "the text holds a character that no one can see or type",
        "duplicate-key": "a field is written twice in one block",
        "empty-file": "the file holds no value at all",
        "file-not-found": "there is no file at that path",
        "file-not-readable": "there is a file or folder at that path, but it cannot be read",
        "file-too-large": "the file is larger than a deal file may be",
        "key-not-text": "a field's name is not plain text on one line",
        "missing-field": "a block lacks a field that it needs",
        "negative-quantity": "a number is negative where it may not be",
        "not-a-choice": "a word stands where only certain others may",
        "not-a-mapping": "the file is a list or a single value, not `field: value` lines",
        "not-finite": "a number is infinite or no number",
        "not-text": "the file is not text in UTF-8",
        "not-yaml": "the text breaks the rules of YAML",
        "out-of-bounds": "a number is beyond the bounds of its field",
        "path-malformed": "a dotted path to a field cannot be read",
        "path-not-found": "a dotted path names a place in a list that the file does not have",
        "percent-as-number": "a fraction above 1 stands without a % sign",
        "set-malformed": "an override is not written `path=value`",
        "tab-indent": "a tab stands where YAML wants spaces",
        "tag-refused": "a value carries a YAML tag (!name)",
        "too-deep": "blocks are nested deeper than a deal file may be",
        "too-large": "a number or time is larger than a deal can hold",
        "too-many-documents": "the file holds more than one YAML document",
        "too-many-faults": "so many faults that reading stopped; those listed come first",
        "too-many-nodes": "the file holds more values than a deal file may",
        "unknown-field": "a block holds a field that the language does not have there",
        "unknown-kind": "the `kind` of a charge or cost is none that the language has",
        "unknown-path": "a path names a field that the language or the deal does not have",
        "wrong-type": "a block, a list or a value stands where another of them is wanted",
        "wrong-unit": "a value is not written as its type wants, or lacks its unit",
    }
)
