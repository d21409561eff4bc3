"""The reply curve: against Kaplan-Meier, its prior, its leaning, and what must never happen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.stats import replies
from recruiting.stats.counts import BINS, EDGES, count, place, when
from recruiting.stats.replies import HORIZON, fit, fit_counts, prior_share
from recruiting.stats.survival import still_silent

hours = st.one_of(
    st.floats(0, 3000), st.sampled_from([0.0, 1 / 12, 24.0, 168.0, 720.0, 2160.0]), st.just(1e6)
)
rows = st.lists(st.tuples(hours, st.booleans(), st.integers(-1, 3)), max_size=30)
LOOKS = np.concatenate((np.linspace(0, 800, 400), EDGES, [1e5]))


def columns(silences):
    """Durations, answered and group as arrays, also of nothing."""
    hour, answered, group = zip(*silences, strict=True) if silences else ((), (), ())
    return np.array(hour, float), np.array(answered, bool), np.array(group, np.int64)


def made_up(n=400, seed=3):
    """Silences of three stages that answer at very different paces, a third of them open."""
    draw = np.random.default_rng(seed)
    group = draw.integers(0, 3, n)
    reply = draw.lognormal(np.array([1.0, 3.5, 5.0])[group], 1.2)
    look = draw.uniform(0, 1500, n)
    return np.minimum(reply, look), reply <= look, group


def test_bins_run_from_minutes_to_90_days_with_the_horizon_as_an_edge():
    assert (EDGES[0], EDGES[1], EDGES[-1]) == (0, 1 / 12, 2160)
    assert HORIZON in EDGES
    assert (np.diff(EDGES) > 0).all()
    assert (EDGES[2:] / EDGES[1:-1]).max() < 1.22
    assert BINS == EDGES.size - 1 == 55


def test_a_length_is_found_in_its_bin_and_back():
    lengths = np.array([0.0, 0.01, 1 / 12, 5, 719.9, 720, 2159])
    piece, part = place(lengths)
    assert ((EDGES[piece] <= lengths) & (lengths < EDGES[piece + 1])).all()
    np.testing.assert_allclose(when(piece, part), lengths, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_with_no_leaning_the_curve_is_kaplan_meiers_at_the_edges(seed):
    draw = np.random.default_rng(seed)
    reply = draw.lognormal(3, 2, 300)
    look = np.inf if seed == 0 else draw.choice(EDGES[20:], 300)
    duration, answered = np.minimum(reply, look), reply <= look
    curves = fit(duration, answered, np.zeros(300, int), weight=1e-9, prior_weight=1e-9)
    known = EDGES[(EDGES > 0) & (duration.max() > EDGES)]
    exact = still_silent(duration, answered).at(np.nextafter(known, 0))
    np.testing.assert_allclose(curves.still_silent(0, known), exact, atol=1e-7)


def test_censoring_anywhere_keeps_the_curve_near_kaplan_meiers():
    duration, answered, _ = made_up(20_000)
    curves = fit(duration, answered, np.zeros(duration.size, int))
    looks = np.array([0.5, 1, 6, 24, 72, 168, 336, 720])
    exact = still_silent(duration, answered).at(looks)
    np.testing.assert_allclose(curves.still_silent(0, looks), exact, atol=0.005)


def test_without_history_every_curve_is_the_documented_prior():
    curves = fit(*columns([]))
    np.testing.assert_allclose(curves.still_silent([[-1], [7]], EDGES), [prior_share(EDGES)] * 2)
    assert prior_share([0, 24, 168, 720]) == pytest.approx([1, 0.59, 0.262, 0.197], abs=5e-4)
    assert curves.comparable(-1, 5.0) == curves.answered_after(-1, 5.0) == 0


def test_the_prior_drowns_in_data():
    duration, answered, group = made_up(5000)
    weak, strong = (fit(duration, answered, group, prior_weight=w) for w in (1.0, 10.0))
    looks = [1, 24, 168, 720]
    np.testing.assert_allclose(
        weak.still_silent(-1, looks), strong.still_silent(-1, looks), atol=0.002
    )


def test_a_stage_with_eight_silences_lies_between_its_own_curve_and_the_pool():
    many = [(24.0, True, 0)] * 60 + [(900.0, False, 0)] * 40
    few = [(24.0, True, 1)] * 1 + [(900.0, False, 1)] * 7
    curves = fit(*columns(many + few))
    own = fit(*columns(many + few), weight=1e-9)
    pool, small, alone = (c.no_return(g, 0.0) for c, g in ((curves, -1), (curves, 1), (own, 1)))
    assert pool == pytest.approx(47 / 108, abs=0.04)
    assert alone == pytest.approx(7 / 8, abs=1e-6)
    assert pool + 0.1 < small < alone - 0.1


def test_a_stage_weighs_as_much_as_all_once_weight_silences_are_at_risk():
    twenty = [(24.0, True, 0)] * 10 + [(900.0, False, 0)] * 10
    ten = [(900.0, False, 1)] * 10
    curves = fit(*columns(twenty + ten), weight=10)
    hazard = 1 - curves.still_silent([-1, 1], 30.0) / curves.still_silent([-1, 1], 23.0)
    assert hazard[1] == pytest.approx(hazard[0] / 2, rel=0.05)


def test_a_slow_stage_has_a_slower_curve():
    curves = fit(*made_up())
    quick, middle, slow = curves.no_return([0, 1, 2], 24.0)
    assert slow < 1
    assert curves.still_silent(0, 24) < curves.still_silent(1, 24)
    assert curves.still_silent(1, 24) < curves.still_silent(2, 24)
    assert quick != middle


def test_from_the_horizon_on_nothing_comes_back():
    curves = fit(*made_up())
    assert (curves.no_return([[0], [1], [2], [-1]], [720, 720.1, 2160, 1e7]) == 1).all()
    assert (curves.no_return([0, 1, 2, -1], 719) < 1).all()


def test_a_shorter_horizon_is_reached_sooner():
    month, week = fit(*made_up()), fit(*made_up(), horizon=168)
    assert week.no_return(1, 24) > month.no_return(1, 24)
    assert week.no_return(1, 168) == 1
    assert week.no_return(1, 24) == pytest.approx(
        month.still_silent(1, 168) / month.still_silent(1, 24)
    )


def test_beyond_90_days_the_curve_is_flat():
    curves = fit(*made_up())
    beyond = curves.still_silent([[0], [-1]], [2160, 2161, 5000, 1e9])
    assert (beyond == beyond[:, :1]).all()
    assert (beyond < curves.still_silent([[0], [-1]], [2000])).all()


def test_unknown_stages_get_the_pool():
    curves = fit(*made_up())
    looks = np.array([0, 5, 300])
    for stranger in (-1, -7, 3, 10**9):
        np.testing.assert_array_equal(
            curves.no_return(stranger, looks), curves.no_return(-1, looks)
        )
    assert curves.comparable(99, 0.0) == 400


def test_silences_of_no_known_stage_count_for_the_pool_alone():
    known = [(5.0, True, 0)] * 20 + [(50.0, True, 1)] * 20
    lost = [(900.0, False, -1)] * 40
    curves = fit(*columns(known + lost), weight=1e-9)
    assert curves.no_return(-1, 0.0) > 0.4
    assert curves.no_return(0, 0.0) < 1e-6
    assert curves.comparable([-1, 0, 1], 0.0).tolist() == [80, 20, 20]


def test_typical_times_are_those_of_the_answers_that_come():
    duration = np.concatenate((np.linspace(1, 100, 2000), np.full(2000, 800.0)))
    answered = duration <= 100
    got = fit(duration, answered, np.zeros(4000, int)).typical([0, -1])
    assert got.answered == pytest.approx([0.5, 0.5], abs=0.005)
    assert got.median == pytest.approx([50.5, 50.5], rel=0.02)
    assert got.ninety == pytest.approx([90.1, 90.1], rel=0.02)


@given(rows)
def test_at_its_typical_times_the_curve_has_fallen_by_half_and_nine_tenths(silences):
    curves = fit(*columns(silences))
    labels = np.array([-1, 0, 1, 2, 3])
    got = curves.typical(labels)
    for time, part in ((got.median, 0.5), (got.ninety, 0.9)):
        np.testing.assert_allclose(
            1 - curves.still_silent(labels, time), part * got.answered, rtol=1e-6
        )
    assert (got.median < got.ninety).all()
    assert (got.ninety <= HORIZON).all()


@given(rows)
def test_the_chance_is_a_chance_and_never_falls_with_the_silence(silences):
    chance = fit(*columns(silences)).no_return(np.arange(-1, 5)[:, None], np.sort(LOOKS))
    assert ((chance > 0) & (chance <= 1)).all()
    assert (np.diff(chance, axis=1) >= -1e-12).all()
    assert (chance[:, np.sort(LOOKS) >= HORIZON] == 1).all()


@given(rows, st.integers(0, 30), st.randoms(use_true_random=False))
def test_shards_in_any_order_fit_exactly_like_all_rows(silences, cut, random):
    whole = count(*columns(silences))
    random.shuffle(silences)
    merged = count(*columns(silences[:cut])) + count(*columns(silences[cut:]))
    for name in ("labels", "replies", "at_risk"):
        np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name))
    for name in ("labels", "starts", "keys"):
        np.testing.assert_array_equal(getattr(merged.record, name), getattr(whole.record, name))
    np.testing.assert_array_equal(fit_counts(merged).stay, fit(*columns(silences)).stay)


def test_a_thousand_shards_of_open_silences_add_up_without_rounding():
    looks = np.random.default_rng(5).uniform(20, 23, 1000)
    nobody, stage = np.zeros(1, dtype=bool), np.zeros(1, dtype=int)
    merged = count(looks[:1], nobody, stage)
    for look in looks[:0:-1]:
        merged += count([look], nobody, stage)
    whole = count(looks, np.repeat(nobody, 1000), np.repeat(stage, 1000))
    np.testing.assert_array_equal(merged.at_risk, whole.at_risk)


def test_all_unknown_stages_are_gathered_under_one_label():
    assert count([1.0, 2.0, 3.0], [True] * 3, [-7, 4, -1]).labels.tolist() == [-1, 4]


@given(rows)
def test_a_stage_leans_between_its_own_hazard_and_the_pools(silences):
    counts = count(*columns(silences))
    curves = fit_counts(counts)
    mixed, pool = -np.expm1(curves.stay[1:]), -np.expm1(curves.stay[0])
    known = counts.labels >= 0
    some = counts.at_risk[known] > 0
    own = np.where(some, counts.replies[known] / np.where(some, counts.at_risk[known], 1), pool)
    assert (mixed >= np.minimum(own, pool) - 1e-12).all()
    assert (mixed <= np.maximum(own, pool) + 1e-12).all()
    assert ((mixed > 0) & (mixed < 1)).all()


@given(rows, st.floats(0.01, 500))
def test_watching_open_silences_longer_never_raises_our_hopes(silences, more):
    longer = [(hour if reply else hour + more, reply, group) for hour, reply, group in silences]
    before, after = fit(*columns(silences)), fit(*columns(longer))
    labels = np.arange(-1, 4)[:, None]
    assert (after.no_return(labels, LOOKS) >= before.no_return(labels, LOOKS) - 1e-6).all()
    assert (after.still_silent(labels, LOOKS) >= before.still_silent(labels, LOOKS) - 1e-6).all()


@given(rows, st.sampled_from([0.01, 3.0, 100.0, 700.0]))
def test_one_more_reply_never_lowers_our_hopes(silences, hour):
    before = fit(*columns([*silences, (hour, False, 0)]))
    after = fit(*columns([*silences, (hour, True, 0)]))
    assert after.no_return(0, 0.0) <= before.no_return(0, 0.0) + 1e-6
    assert after.no_return(-1, 0.0) <= before.no_return(-1, 0.0) + 1e-6


@given(rows)
def test_every_count_at_risk_lies_between_the_replies_and_all_silences(silences):
    counts = count(*columns(silences))
    assert (counts.replies <= counts.at_risk).all()
    assert (np.diff(counts.at_risk, axis=1) <= 0).all()
    assert counts.at_risk[:, 0].sum() <= len(silences)


@pytest.mark.parametrize(
    ("options", "quoted"),
    [
        ({"horizon": 0}, "got 0"),
        ({"horizon": -24}, "got -24"),
        ({"horizon": 2161}, "got 2161"),
        ({"horizon": np.nan}, "got nan"),
        ({"weight": 0}, "weight must be finite and above 0, got 0"),
        ({"prior_weight": -1}, "prior_weight must be finite and above 0, got -1"),
        ({"weight": np.inf}, "got inf"),
    ],
)
def test_settings_outside_their_range_are_refused_with_their_value(options, quoted):
    with pytest.raises(ValueError, match=quoted):
        fit([1.0], [True], [0], **options)


@pytest.mark.parametrize(
    ("durations", "answered", "group", "quoted"),
    [
        ([1, -3.0], [True, True], [0, 0], "-3.0 at row 1"),
        ([np.nan], [True], [0], "nan at row 0"),
        ([1.0], [True, False], [0], r"\(1,\) and \(2,\)"),
        ([1.0], [True], [0, 1], r"\(2,\) for \(1,\)"),
        ([1.0], [True], [0.5], "0.5"),
        ([1.0], [True], ["screen"], "screen"),
    ],
)
def test_bad_rows_are_refused_with_their_value(durations, answered, group, quoted):
    with pytest.raises(ValueError, match=quoted):
        fit(durations, answered, group)


@pytest.mark.parametrize("question", ["no_return", "still_silent", "comparable", "answered_after"])
def test_a_question_about_no_length_at_all_is_refused(question):
    curves = fit(*made_up())
    with pytest.raises(ValueError, match=r"-1\.0 at row 1"):
        getattr(curves, question)([0, 0], [1.0, -1.0])
    with pytest.raises(ValueError, match="nan"):
        getattr(curves, question)(0, np.nan)


def test_no_question_gets_no_answer():
    curves = fit(*made_up())
    nobody = np.zeros(0, dtype=int)
    assert curves.no_return(nobody, []).size == curves.comparable(nobody, []).size == 0


def test_the_sentence_in_the_module_names_what_is_assumed():
    assert "not a measurement" in " ".join((replies.__doc__ or "").split())
