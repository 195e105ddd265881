"""What every benchmark says of the machine, and the peers that it looks for."""

from __future__ import annotations

import importlib
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np

RESULTS = Path(__file__).with_name("results")


def hardware() -> str:
    """Processor, cores and versions."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    python, cores = platform.python_version(), os.cpu_count()
    return f"{model}, {cores} cores; Python {python}, numpy {np.__version__}"


def load() -> str:
    """What else the machine does as a benchmark begins."""
    return f"load of the machine as this begins: {os.getloadavg()[0]:.1f}"


def peer(name: str) -> ModuleType | None:
    """A library to compare with, where it is installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name} is not installed: left out")
        return None


def kept(name: str) -> list[dict[str, float]]:
    """What a benchmark found at each size, smallest first; nothing where it did not run."""
    path = RESULTS / f"{name}.json"
    points: list[dict[str, float]] = json.loads(path.read_text()) if path.exists() else []
    return points


def keep(name: str, point: Mapping[str, float]) -> None:
    """Keep what a benchmark found at a size (`events`), in place of what was found there before."""
    points = [dict(point), *(old for old in kept(name) if old["events"] != point["events"])]
    lines = [json.dumps(each) for each in sorted(points, key=lambda each: each["events"])]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
