"""Days by which we owe something or hold something no longer."""

from __future__ import annotations

from datetime import date

import pytest

from recruiting.privacy.rules import Fact, deletion_day, fact_id, fact_of, legal_day
from recruiting.workdays import Office


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 3, 2), date(2026, 4, 2)),  # a Thursday
        (date(2026, 3, 3), date(2026, 4, 7)),  # Good Friday, and what follows until Monday
        (date(2026, 1, 31), date(2026, 3, 2)),  # the last of February is a Saturday
        (date(2026, 4, 1), date(2026, 5, 4)),  # 1 May, then a weekend
    ],
)
def test_the_legal_day_is_one_month_on_or_the_next_working_day(asked: date, due: date):
    assert legal_day(asked, Office()) == due


def test_a_document_is_kept_so_many_days_after_the_end_or_after_it_came():
    end = date(2026, 3, 2)
    assert deletion_day(date(2026, 1, 5), end, 180) == date(2026, 8, 29)
    assert deletion_day(date(2026, 4, 1), end, 180) == date(2026, 9, 28)


def test_a_fact_is_known_again_by_its_event():
    for fact in Fact:
        assert fact_of(fact_id(fact, "a1")) is fact
    for other in (None, "", "wish:call:1", "privacy:", "privacy:rude:1"):
        assert fact_of(other) is None
