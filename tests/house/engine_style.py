"""The style that lets one text of a rule run on Decimal, arrays, cells and a compiler.

Read over the syntax tree, so it sees names, not types. What it refuses in `engine`:

- float literals, the builtins that pick or convert by truth or type (`max`, `sum`, `float` ...):
  `core.numeric` has one of each that works on every kind of value;
- chained comparisons, which hide an `and`;
- `and`, `or`, `not`, unless every operand is visibly a question about structure: `is`, `in`,
  `isinstance(...)`, `len(...)` against a count, equality with a word or an enum member, a name
  that starts with `is_` or `has_`, or a combination of these;
- writes in place (`+=`, `x[i] = ...`, `x.y = ...`, `del x[i]`), `global` and `nonlocal`;
- clocks, files, chance and libraries that work on one kind of number only.

Lowering turns records into numbers before a run and checks the terms; it knows the kind it makes.
So functions named `lower...` or `check...`, and files named `lower.py`, `structure.py` or
`payment_days.py` (days alone, no values), are free of all but the last.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

BUILTINS = frozenset(
    ["abs", "all", "any", "bool", "float", "int", "max", "min", "pow", "round", "sum"]
)
LIBRARIES = frozenset(
    ["io", "math", "numpy", "os", "pathlib", "random", "secrets", "socket", "sys", "time"]
)
OUTSIDE_CALLS = frozenset(["input", "open", "print"])
CLOCK_CALLS = frozenset(["now", "today", "utcnow"])
FREE_FILES = frozenset(["lower.py", "structure.py", "payment_days.py"])
FREE_PREFIXES = ("lower", "check", "_lower", "_check")


class Fault(NamedTuple):
    """One breach of the style: the line it stands on, and the rule."""

    line: int
    rule: str


def faults_in(text: str, file_name: str = "rule.py") -> list[Fault]:
    """The breaches in one file's text, in the order of its lines."""
    tree = ast.parse(text)
    found = [Fault(node.lineno, rule) for node, rule in _outside(tree)]
    if file_name not in FREE_FILES:
        found += [Fault(node.lineno, rule) for node, rule in _on_values(tree)]
    return sorted(found)


def faults_below(folder: Path) -> list[str]:
    """The breaches in all files below a folder, each as `path:line rule`."""
    return [
        f"{path.relative_to(folder).as_posix()}:{fault.line} {fault.rule}"
        for path in sorted(folder.rglob("*.py"))
        for fault in faults_in(path.read_text(encoding="utf-8"), path.name)
    ]


def _outside(tree: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case ast.Call(func=ast.Name(id=name)) if name in OUTSIDE_CALLS:
                yield node, f"call of {name}"
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_CALLS:
                yield node, f"clock: {name}"
                continue
            case _:
                continue
        for module in modules:
            if module.split(".")[0] in LIBRARIES:
                yield node, f"import of {module}"


def _on_values(node: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    if isinstance(node, ast.FunctionDef) and node.name.startswith(FREE_PREFIXES):
        return
    if isinstance(node, ast.stmt | ast.expr):
        rule = _rule_broken(node)
        if rule:
            yield node, rule
    for child in ast.iter_child_nodes(node):
        yield from _on_values(child)


def _rule_broken(node: ast.stmt | ast.expr) -> str:
    match node:
        case ast.Constant(value=float() | complex()):
            return "float literal"
        case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
            return f"builtin {name}"
        case ast.Compare(ops=[_, _, *_]):
            return "chained comparison"
        case ast.BoolOp() if not _asks_structure(node):
            return "and/or on values"
        case ast.UnaryOp(op=ast.Not()) if not _asks_structure(node):
            return "not on a value"
        case ast.AugAssign():
            return "write in place"
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return "write in place" if any(map(_is_part, targets)) else ""
        case ast.AnnAssign(target=target) if _is_part(target):
            return "write in place"
        case ast.Global() | ast.Nonlocal():
            return "global"
    return ""


def _is_part(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return any(map(_is_part, target.elts))
    return isinstance(target, ast.Subscript | ast.Attribute)


def _asks_structure(node: ast.expr) -> bool:
    """Whether a condition can be seen to ask about structure, whatever the values are."""
    match node:
        case ast.BoolOp(values=operands):
            return all(map(_asks_structure, operands))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _asks_structure(operand)
        case ast.Compare(ops=[ast.Is() | ast.IsNot() | ast.In() | ast.NotIn()]):
            return True
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return any(map(_is_word, (left, right))) or any(map(_is_count, (left, right)))
        case ast.Compare(left=left, ops=[_], comparators=[right]):
            return any(map(_is_count, (left, right)))
        case ast.Call(func=ast.Name(id="isinstance")):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.startswith(("is_", "has_"))
    return False


def _is_word(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Attribute(value=ast.Name(id=kind), attr=member):
            return kind[:1].isupper() and member.isupper()
    return False


def _is_count(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
