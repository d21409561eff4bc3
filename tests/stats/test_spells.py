"""The standard errors that a level reaches, against the standard library's inverse."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.spells import normal_quantile


@given(st.floats(1e-6, 1 - 1e-6))
def test_the_normal_quantile_is_that_of_the_standard_library(level):
    expected = NormalDist().inv_cdf((1 + level) / 2)
    assert normal_quantile(level) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_ninety_five_percent_reach_to_the_printed_1_96():
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-14)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 1.5, float("nan")])
def test_a_level_outside_of_0_and_1_is_refused_with_its_value(level):
    with pytest.raises(ValueError, match=str(level)):
        normal_quantile(level)
