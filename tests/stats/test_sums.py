"""The sums behind a fit: equal to counting by hand, exact, and additive in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruiting.stats.counts import BINS, EDGES, GRAIN, count, place
from recruiting.stats.facts import asked_until, design
from recruiting.stats.replies import fit_counts
from tests.stats.conversations import made_up, rows


def equal(one, other) -> bool:
    return all(
        np.array_equal(a, b)
        for a, b in (
            (one.labels, other.labels),
            (one.replies, other.replies),
            (one.at_risk, other.at_risk),
            (one.sums.first, other.sums.first),
            (one.sums.second, other.sums.second),
            (one.sums.replied, other.sums.replied),
            (one.record.keys, other.record.keys),
        )
    )


def test_sums_equal_going_from_bin_to_bin_by_hand():
    hours, answered, group, facts = made_up(300)
    counts, (piece, part) = count(hours, answered, group, facts), place(hours)
    watched = np.where(answered, 1.0, np.rint(part * GRAIN) / GRAIN)
    for b in range(BINS):
        columns = np.hstack((design(facts), asked_until(facts, np.full(hours.size, EDGES[b]))))
        for g in range(3):
            seen = (group == g) & (piece >= b)
            weight = np.where(piece[seen] == b, watched[seen], 1.0)
            ends = (group == g) & (piece == b) & answered
            assert counts.at_risk[g, b] == weight.sum()
            assert (counts.sums.first[g, b] == weight @ columns[seen]).all()
            by_hand = (columns[seen] * weight[:, None]).T @ columns[seen]
            assert (counts.sums.second[g, b] == by_hand).all()
            assert (counts.sums.replied[g, b] == columns[ends].sum(axis=0)).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 60))
def test_shards_in_any_order_add_up_to_exactly_the_whole(seed, n):
    hours, answered, group, facts = made_up(60, seed=seed % 1000)
    order = np.random.default_rng(seed).permutation(60)
    parts = [order[:n], order[n:]]
    counted = [count(hours[p], answered[p], group[p], rows(facts, p)) for p in parts]
    whole = count(hours, answered, group, facts)
    assert equal(counted[0] + counted[1], whole)
    assert equal(counted[1] + counted[0], whole)


def test_a_fit_brought_up_to_date_equals_the_fit_of_everything():
    hours, answered, group, facts = made_up(500)
    old, new = np.arange(400), np.arange(400, 500)
    before = count(hours[old], answered[old], group[old], rows(facts, old))
    later = before + count(hours[new], answered[new], group[new], rows(facts, new))
    one, other = fit_counts(later), fit_counts(count(hours, answered, group, facts))
    elapsed = np.minimum(hours, 700)
    assert np.array_equal(
        one.no_return(group, elapsed, facts), other.no_return(group, elapsed, facts)
    )


def test_facts_for_another_number_of_silences_are_refused():
    hours, answered, group, facts = made_up(10)
    with pytest.raises(ValueError, match="facts for each silence, got 10 for 9"):
        count(hours[:9], answered[:9], group[:9], facts)
