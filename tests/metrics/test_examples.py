"""The examples in the docstrings of `lessor.metrics` run, and every public figure has one."""

import ast
import doctest
import importlib
import inspect
import pkgutil

import pytest

from lessor import metrics

MODULES = sorted(module.name for module in pkgutil.iter_modules(metrics.__path__))
# What the figures are built on; a reader takes no calculator to it.
INNER = {"arrays", "discount_roots", "separated_roots"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(f"lessor.metrics.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", sorted(set(MODULES) - INNER))
def test_every_figure_has_an_example(name):
    module = importlib.import_module(f"lessor.metrics.{name}")
    functions = [
        node.name
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert functions
    for function in functions:
        assert ">>> " in (inspect.getdoc(getattr(module, function)) or ""), function
