"""No follow-up leaves after an answer that was stored before it, whatever happens in between."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recruiting.db import db
from tests.silence.interleavings import House

EXAMPLES = int(os.environ.get("INTERLEAVINGS", "20"))
# What happens often is named often.
STEPS = (
    *("wait", "attend", "deliver") * 4,
    *("claim", "begin", "sent", "store", "file", "approve", "ask") * 2,
    *("refused", "unanswered", "settle", "skip", "send_again", "mark_sent"),
    *("hear", "pause", "end") * 2,
    *("hear", "pause", "resume", "end", "reopen", "move", "repair"),
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 17)), min_size=15, max_size=40)


def empty() -> None:
    """Forget all that happened."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()


def live(happens: list[tuple[str, int]]) -> House:
    """Let things happen in a new house, one after the other."""
    empty()
    house = House()
    for step, number in happens:
        house.take(step, number)
    return house


@pytest.mark.usefixtures("app", "frozen")
def test_no_follow_up_leaves_after_an_answer_none_on_one_day_with_another_and_no_fourth():
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(steps)
    def judge(happens: list[tuple[str, int]]) -> None:
        live(happens)

    judge()


@pytest.mark.usefixtures("app", "frozen")
def test_follow_ups_leave_in_that_house_where_nobody_answers():
    """Or nothing would be put to the test."""
    day = [("attend", 0), ("approve", 0), ("approve", 1), ("deliver", 0), ("deliver", 1)]
    assert len(live([("wait", 9), *day, ("wait", 9), *day]).begun) >= 2
