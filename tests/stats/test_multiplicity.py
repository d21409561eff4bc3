"""Adjusted p values against the printed example and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.multiplicity import adjust

# The fifteen p values of Benjamini and Hochberg (1995), section 4.2: at 0.05 the first four are
# findings. Adjusted by statsmodels 0.15.0, `multipletests(method="fdr_bh")`.
PRINTED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
PRINTED += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
ADJUSTED = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857142857, 0.063857142857, 0.0645]
ADJUSTED += [0.0765, 0.486, 0.581181818182, 0.714875, 0.753230769231, 0.813214285714, 1.0]

chances = st.lists(st.floats(0, 1), max_size=20)


def test_the_printed_example_has_four_findings():
    got = adjust(PRINTED)
    np.testing.assert_allclose(got, ADJUSTED, rtol=1e-10)
    assert (got <= 0.05).sum() == 4


def test_one_test_needs_no_adjusting_and_none_gives_none():
    assert adjust([0.03]).tolist() == [0.03]
    assert adjust([]).tolist() == []


@given(chances, st.floats(0.01, 0.5))
def test_findings_are_those_of_the_step_up_rule(p, level):
    rank = np.arange(1, len(p) + 1)
    passed = np.flatnonzero(np.sort(p) * len(p) / rank <= level)
    findings = passed[-1] + 1 if passed.size else 0
    assert (adjust(p) <= level).sum() >= findings
    assert (adjust(p) <= level * (1 - 1e-12)).sum() <= findings


@given(chances, st.randoms(use_true_random=False))
def test_order_is_kept_and_nothing_gets_smaller(p, random):
    got = adjust(p)
    assert (got >= np.array(p)).all()
    assert (got <= 1).all()
    places = list(range(len(p)))
    random.shuffle(places)
    np.testing.assert_array_equal(adjust(np.array(p)[places]), got[places])


@pytest.mark.parametrize(
    ("p", "quoted"),
    [([0.5, -0.1], "-0.1 at row 1"), ([np.nan], "nan"), ([1.5], "1.5"), ([[0.5]], r"\(1, 1\)")],
)
def test_what_is_no_chance_is_refused_with_its_value(p, quoted):
    with pytest.raises(ValueError, match=quoted):
        adjust(p)
