"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import lessor

MODULES = sorted(module.name for module in pkgutil.walk_packages(lessor.__path__, prefix="lessor."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_examples_are_found():
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) > 20
