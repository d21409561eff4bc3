"""What facts do to the rate of answers: found where we put it, gentle where little is known."""

from __future__ import annotations

import numpy as np
import pytest

from recruiting.stats.facts import Fact, Facts
from recruiting.stats.replies import fit
from recruiting.stats.shifts import tents, times_rate
from tests.stats.conversations import made_up

ANY = Facts.of(depth=[1.0])


def two_paces(n: int, seed: int = 2):
    """Half of them answer at twice the rate; all that tells is that they were quick before."""
    draw = np.random.default_rng(seed)
    quick = draw.random(n) < 0.5
    reply = draw.exponential(np.where(quick, 150.0, 300.0))
    look = draw.uniform(100, 2000, n)
    facts = Facts.of(
        depth=np.ones(n),
        replies=np.ones(n),
        pace=np.where(quick, 0.0, 4.0),
        latest=np.where(quick, 1.0, np.exp(4.0)),
    )
    return np.minimum(reply, look), reply <= look, np.zeros(n, int), facts


def test_bends_share_out_every_bin():
    assert np.allclose(tents().sum(axis=1), 1)


def test_a_rate_is_never_below_zero_and_runs_on_smoothly_where_it_turns_gentle():
    shift = np.linspace(-50, 5, 5000)
    rate = times_rate(shift)
    assert (rate > 0).all()
    assert (np.diff(rate) > 0).all()
    assert np.abs(np.diff(rate)).max() <= 1.001 * (shift[1] - shift[0])
    assert (rate[shift > -0.5] == 1 + shift[shift > -0.5]).all()


def test_a_true_difference_is_found_again():
    curves = fit(*two_paces(40_000))
    quick = Facts.of(depth=[1.0], replies=[1.0], pace=[0.0], latest=[1.0])
    slow = Facts.of(depth=[1.0], replies=[1.0], pace=[4.0], latest=[np.exp(4.0)])
    for elapsed in (24.0, 200.0, 400.0):
        (of_quick,) = curves.no_return([0], [elapsed], quick)
        (of_slow,) = curves.no_return([0], [elapsed], slow)
        assert of_quick == pytest.approx(np.exp(-(720 - elapsed) / 150), abs=0.04)
        assert of_slow == pytest.approx(np.exp(-(720 - elapsed) / 300), abs=0.04)


def test_its_bounds_hold_the_truth_as_often_as_they_say():
    slow = Facts.of(depth=[1.0], replies=[1.0], pace=[4.0], latest=[np.exp(4.0)])
    truth, held, times = np.exp(-(720 - 48) / 300), 0, 60
    for seed in range(times):
        curves = fit(*two_paces(1500, seed))
        low, high = curves.no_return_bounds([0], [48.0], slow, level=0.9)
        held += low[0] <= truth <= high[0]
    assert 0.75 * times <= held


@pytest.mark.parametrize(("silences", "elapsed"), [(30, 48.0), (30, 336.0), (120, 168.0)])
def test_few_silences_have_bounds_that_hold_the_truth_and_say_something(silences, elapsed):
    """Three in five answer, within two days on the average; nobody after weeks of silence."""
    truth = float(np.divide(*(0.4 + 0.6 * np.exp(-np.array([720.0, elapsed]) / 48))))
    draw, held, widths = np.random.default_rng(3), 0, []
    stage = np.repeat([0, 1], [silences, 300])
    for _ in range(60):
        ends = np.where(draw.random(stage.size) < 0.6, draw.exponential(48, stage.size), 1e9)
        curves = fit(np.minimum(ends, 960.0), ends < 960.0, stage)
        low, high = curves.no_return_bounds([0], [elapsed], ANY, level=0.9)
        held += bool(low[0] <= truth <= high[0])
        widths.append(high[0] - low[0])
    assert held >= 0.85 * 60
    assert np.mean(widths) < 0.3


def test_the_average_conversation_of_a_stage_has_the_curve_of_the_stage():
    hours, answered, _, facts = made_up(800, groups=1)
    curves = fit(hours, answered, np.zeros(800, int), facts, horizon=24.0)
    spread = curves.no_return(np.zeros(800, int), np.zeros(800), facts)
    assert spread.std() > 0.05
    assert spread.mean() == pytest.approx(float(curves.no_return(0, 0.0)), abs=0.05)


def test_without_any_history_facts_change_nothing():
    curves = fit([], [], np.zeros(0, int), Facts.of(depth=[]))
    facts = made_up(50)[3]
    told = curves.no_return(np.full(50, -1), np.full(50, 30.0), facts)
    assert np.allclose(told, float(curves.no_return(-1, 30.0)))


def test_few_silences_move_the_figure_less_than_many():
    def distance(n: int) -> float:
        curves = fit(*two_paces(n))
        quick = Facts.of(depth=[1.0], replies=[1.0], pace=[0.0], latest=[1.0])
        return abs(float(curves.no_return([0], [24.0], quick)[0] - curves.no_return(0, 24.0)))

    assert distance(8) < distance(200) < distance(20_000)


def test_a_small_stage_has_a_wide_band():
    hours, answered, group, _ = made_up(2000, groups=2)
    small = np.flatnonzero(group == 1)[:8]
    kept = np.concatenate((np.flatnonzero(group == 0), small))
    curves = fit(hours[kept], answered[kept], group[kept])
    widths = []
    for stage in (0, 1):
        low, high = curves.no_return_bounds([stage], [48.0], ANY)
        (chance,) = curves.no_return([stage], [48.0], ANY)
        assert 0 < low[0] < chance < high[0] < 1
        widths.append(high[0] - low[0])
    assert widths[1] > 2 * widths[0]


def test_what_moved_a_case_is_told_fact_by_fact():
    curves = fit(*two_paces(5000))
    quick = Facts.of(depth=[1.0], replies=[1.0], pace=[0.0], latest=[1.0])
    moved = curves.moved_by([0], [24.0], quick)
    assert set(moved) == set(Fact)
    assert moved[Fact.PACE][0] < -0.02  # towards an answer
    assert abs(moved[Fact.CHANNEL][0]) < 1e-9


def test_from_the_horizon_on_no_return_is_certain_whatever_the_facts():
    curves = fit(*two_paces(500))
    assert curves.no_return([0, 0], [720.0, 5000.0], Facts.of(depth=[1.0, 9.0])).tolist() == [1, 1]


def test_chances_lie_between_0_and_1_for_any_facts_and_any_time():
    hours, answered, group, facts = made_up(300)
    curves = fit(hours, answered, group, facts)
    wild = Facts.of(
        depth=[0.0, 1e6, 500.0],
        delay=[np.nan, 1e6, 0.0],
        replies=[0.0, 1e6, 3.0],
        pace=[np.nan, 20.0, -20.0],
        latest=[np.nan, 1e6, 0.0],
        attempt_of=[2] * 50,
        attempt_at=np.arange(50.0),
    )
    for elapsed in (0.0, 1e-9, 1.0, 719.9, 720.0, 1e6):
        told = curves.no_return([0, 1, 99], [elapsed] * 3, wild)
        assert ((told >= 0) & (told <= 1)).all()


def test_one_group_time_and_row_of_facts_belong_to_each_silence():
    curves = fit(*two_paces(50))
    with pytest.raises(ValueError, match="1 rows of facts"):
        curves.no_return([0, 0], [1.0, 2.0], ANY)
