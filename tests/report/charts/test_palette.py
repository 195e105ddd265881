"""Colours are told apart as colour-blind readers see them, and stand out from their page."""

import itertools

import numpy as np
import pytest

from lessor.report.charts.palette import DIVERGING, INKS, PARTS, series_colours

# Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency" (2009), severity 1.0, on linear RGB.
SEEN_BY = {
    "all": np.eye(3),
    "protanopes": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopes": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopes": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
DISTINCT = 25
STANDS_OUT = 3.0


def linear(colour):
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    x = TO_XYZ @ np.clip(light, 0, 1) / WHITE
    f = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other, eyes):
    return float(np.linalg.norm(lab(eyes @ linear(one)) - lab(eyes @ linear(other))))


def contrast(one, other):
    shares = sorted(float(TO_XYZ[1] @ linear(each)) + 0.05 for each in (one, other))
    return shares[1] / shares[0]


def test_the_measure_knows_what_is_mixed_up():
    red, green = "#C04030", "#5A8A30"
    assert distance(red, green, SEEN_BY["all"]) > 60
    assert distance(red, green, SEEN_BY["deuteranopes"]) < DISTINCT


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("theme", PARTS)
def test_every_two_colours_differ(theme, eyes):
    near = {
        (one, other): distance(PARTS[theme][one], PARTS[theme][other], SEEN_BY[eyes])
        for one, other in itertools.combinations(PARTS[theme], 2)
    }
    assert min(near.values()) >= DISTINCT, min(near, key=near.__getitem__)


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("theme", DIVERGING)
def test_the_ends_of_the_heat_map_differ(theme, eyes):
    pairs = itertools.combinations(DIVERGING[theme], 2)
    assert min(distance(one, other, SEEN_BY[eyes]) for one, other in pairs) >= DISTINCT


@pytest.mark.parametrize("theme", PARTS)
def test_every_colour_and_text_stands_out_from_its_page(theme):
    page = INKS[theme].page
    assert min(contrast(colour, page) for colour in PARTS[theme].values()) >= STANDS_OUT
    assert contrast(INKS[theme].text, page) >= 7
    assert contrast(INKS[theme].faint, page) >= 4.5


def test_series_take_all_colours_before_one_comes_again():
    assert len(set(series_colours(len(PARTS["light"]), "light"))) == len(PARTS["light"])
    assert len(series_colours(20, "dark")) == 20
