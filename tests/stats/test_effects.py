"""Adjusted effects against published and stored numbers, under separation, and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats.effects import estimate

# Admissions to six departments of Berkeley, Bickel et al. (1975), Science 187, 398-404; as R's
# `UCBAdmissions`: men and women of each department, admitted and rejected.
BERKELEY = [
    ((512, 313), (89, 19)),
    ((353, 207), (17, 8)),
    ((120, 205), (202, 391)),
    ((138, 279), (131, 244)),
    ((53, 138), (94, 299)),
    ((22, 351), (24, 317)),
]
FACTS = ("woman", "B", "C", "D", "E", "F")
# statsmodels 0.15.0, binomial GLM without penalty: coefficients and standard errors, first the
# intercept. Agresti (2013), Categorical Data Analysis, prints the woman's 0.0999 and 0.0808.
LIKELIEST = [0.582051395276, 0.099870088159, -0.043397931209, -1.262598022379]
LIKELIEST += [-1.294606468748, -1.739305737816, -3.306480055887]
ERRORS = [0.068992596876, 0.080846466532, 0.109838898322, 0.106632885911]
ERRORS += [0.105823423657, 0.126113496005, 0.169981808614]
# scikit-learn 1.9.1, `LogisticRegression(C=1/penalty, tol=1e-12, solver="newton-cholesky")`.
RIDGE = {
    1.0: "0.550381426495 0.077974716656 -0.010735654938 -1.210860364556 -1.245408480172 "
    "-1.677491046735 -3.192042208339",
    25.0: "0.176308468225 -0.155841800506 0.315709358525 -0.618820580624 -0.674643062481 "
    "-0.955290185834 -1.974063599643",
}

tables = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(1, 9)),
    min_size=2,
    max_size=16,
).filter(lambda rows: len({row[2] for row in rows}) == 2)


def berkeley():
    holds, ends, counts = [], [], []
    for department, both in enumerate(BERKELEY):
        for woman, (admitted, rejected) in enumerate(both):
            row = [woman, *(department == each for each in range(1, 6))]
            holds += [row, row]
            ends += [True, False]
            counts += [admitted, rejected]
    return {"holds": holds, "ghosted": ends, "counts": counts}


def two(rows):
    columns = np.array(rows, dtype=int)
    return columns[:, :2], columns[:, 2], columns[:, 3]


def test_without_noticeable_penalty_berkeley_comes_out_as_published():
    got = estimate(FACTS, **berkeley(), penalty=1e-9)
    np.testing.assert_allclose(got.coefficients, LIKELIEST, rtol=1e-7)
    np.testing.assert_allclose(got.errors, ERRORS, rtol=1e-7)
    woman = next(iter(got))
    assert woman.fact == "woman"
    assert [round(each, 2) for each in (woman.odds, woman.low, woman.high)] == [1.11, 0.94, 1.29]
    assert woman.p == pytest.approx(0.2167168119453371, rel=1e-6)
    assert (woman.holds, woman.lacks) == (1835, 2691)


@pytest.mark.parametrize("penalty", [1.0, 25.0])
def test_ridge_coefficients_are_those_of_scikit_learn(penalty):
    got = estimate(FACTS, **berkeley(), penalty=penalty)
    want = np.fromstring(RIDGE[penalty], sep=" ")
    np.testing.assert_allclose(got.coefficients, want, atol=1e-8)


def test_one_fact_alone_is_the_odds_ratio_of_its_table():
    holds, ghosted, counts = [[1], [1], [0], [0]], [1, 0, 1, 0], [30, 70, 20, 80]
    (got,) = estimate(["late"], holds, ghosted, counts=counts, penalty=1e-9)
    assert got.odds == pytest.approx(30 * 80 / (70 * 20))
    spread = np.exp(1.959964 * np.sqrt(1 / 30 + 1 / 70 + 1 / 20 + 1 / 80))
    assert (got.low, got.high) == pytest.approx((got.odds / spread, got.odds * spread), rel=1e-6)


def test_an_effect_that_another_fact_explains_goes_away():
    """Simpson's paradox: all together women seem to be admitted less, within departments not."""
    whole = berkeley()
    alone = estimate(["woman"], [row[:1] for row in whole["holds"]], **{
        name: whole[name] for name in ("ghosted", "counts")
    })  # fmt: skip
    (woman,) = alone
    assert woman.high < 0.7
    assert next(iter(estimate(FACTS, **whole))).low < 1 < next(iter(estimate(FACTS, **whole))).high


def test_entire_separation_stays_finite():
    """scikit-learn 1.9.1 as above; without the penalty the odds would be infinite."""
    holds = [[0, 0], [0, 1], [0, 0], [0, 1], [1, 0], [1, 1], [1, 0], [1, 1]]
    got = estimate(["parts", "idle"], holds, [0, 0, 0, 0, 1, 1, 1, 1])
    want = [-0.674831614342, 1.349663228685, 0]
    np.testing.assert_allclose(got.coefficients, want, atol=1e-8)
    parts, idle = got
    assert np.isfinite([parts.odds, parts.low, parts.high]).all()
    assert idle.odds == pytest.approx(1)


def test_even_a_tiny_penalty_survives_separation():
    got = estimate(["parts"], [[0]] * 50 + [[1]] * 50, [0] * 50 + [1] * 50, penalty=1e-6)
    assert np.isfinite(got.coefficients).all()
    assert next(iter(got)).odds > 1e3


def test_a_fact_that_always_or_never_holds_has_no_effect_and_wide_bounds():
    never, always = estimate(["never", "always"], [[0, 1]] * 4, [1, 0, 1, 0])
    for got in (never, always):
        assert got.odds == pytest.approx(1)
        assert got.high == pytest.approx(np.exp(1.959964), rel=1e-5)  # all that the prior knows
    assert (never.holds, never.lacks, always.holds, always.lacks) == (0, 4, 4, 0)


def test_without_any_fact_only_the_common_odds_are_left():
    got = estimate([], np.empty((4, 0)), [1, 0, 0, 0])
    assert list(got) == []
    assert got.coefficients == pytest.approx([np.log(1 / 3)])


@given(tables)
def test_counted_rows_are_the_same_as_rows_repeated(rows):
    holds, ends, counts = two(rows)
    once = estimate("ab", holds, ends, counts=counts)
    often = estimate("ab", np.repeat(holds, counts, axis=0), np.repeat(ends, counts))
    np.testing.assert_allclose(once.coefficients, often.coefficients, atol=1e-7)
    np.testing.assert_allclose(once.errors, often.errors, atol=1e-7)


@given(tables)
def test_swapping_the_outcome_turns_every_effect_round(rows):
    holds, ends, counts = two(rows)
    one = estimate("ab", holds, ends, counts=counts)
    other = estimate("ab", holds, 1 - ends, counts=counts)
    np.testing.assert_allclose(one.coefficients, -other.coefficients, atol=1e-7)


@given(tables)
def test_at_the_top_the_slope_is_nought(rows):
    holds, ends, counts = two(rows)
    got = estimate("ab", holds, ends, counts=counts, penalty=0.5)
    design = np.column_stack((np.ones(len(rows)), holds))
    chance = 1 / (1 + np.exp(-design @ got.coefficients))
    slope = design.T @ (counts * (ends - chance)) - 0.5 * np.array([0, 1, 1]) * got.coefficients
    np.testing.assert_allclose(slope, 0, atol=1e-6)


@given(tables)
def test_a_stronger_penalty_draws_the_effects_together(rows):
    holds, ends, counts = two(rows)
    sizes = [
        np.square(estimate("ab", holds, ends, counts=counts, penalty=each).coefficients[1:]).sum()
        for each in (0.1, 1, 10)
    ]
    assert sizes[0] >= sizes[1] - 1e-9 >= sizes[2] - 2e-9


@pytest.mark.parametrize(
    ("arguments", "named", "quoted"),
    [
        ((["a"], [[1], [0]], [1, 1]), {}, "2 of 2"),
        ((["a"], [[1], [0]], [0, 0]), {}, "0 of 2"),
        ((["a"], np.empty((0, 1)), []), {}, "0 of 0"),
        ((["a"], [[1]], [1]), {}, "1 of 1"),
        ((["a", "b"], [[1], [0]], [1, 0]), {}, r"\(2, 1\)"),
        ((["a"], [[np.inf], [0]], [1, 0]), {}, "inf"),
        ((["a"], [[1], [0]], [1, 2]), {}, "got 2"),
        ((["a"], [[1], [0]], [1, 0]), {"counts": [1, -1]}, "-1.0"),
        ((["a"], [[1], [0]], [1, 0]), {"counts": [1, 1.5]}, "1.5"),
        ((["a"], [[1], [0]], [1, 0]), {"counts": [1]}, r"\(1,\)"),
        ((["a"], [[1], [0]], [1, 0]), {"penalty": 0}, "got 0"),
        ((["a"], [[1], [0]], [1, 0]), {"penalty": np.inf}, "got inf"),
        ((["a"], [[1], [0]], [1, 0]), {"level": 95}, "got 95"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_its_value(arguments, named, quoted):
    with pytest.raises(ValueError, match=quoted):
        estimate(*arguments, **named)
