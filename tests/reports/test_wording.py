"""What the report's charts are called, and what stands where a figure is hidden."""

from __future__ import annotations

import pytest
from flask import Flask

from recruiting.reports.ledger import Group
from recruiting.reports.rules import By
from recruiting.reports.tables import TOGETHER, Row, Table
from recruiting.reports.wording import title_of
from recruiting.stats.rates import share


def row(name: str, *, theirs: int, ours: int, n: int = 50) -> Row:
    return Row(Group(name, name), share(theirs, n), share(0, n), 0, share(ours, n), 0)


@pytest.mark.parametrize(
    ("talk", "offer", "title"),
    [
        ((5, 5), (5, 5), "No stage breaks more than the others"),
        ((30, 5), (2, 5), "It breaks at the stage Talk"),
        ((5, 30), (5, 2), "It breaks on our side, at the stage Talk"),
        ((30, 30), (2, 2), "It breaks on both sides at the stage Talk"),
        ((30, 2), (2, 30), "It breaks at the stage Talk, and on our side at the stage Offer"),
    ],
)
def test_the_title_of_the_stages_looks_at_both_sides(app: Flask, talk, offer, title: str):
    rows = (row("Talk", theirs=talk[0], ours=talk[1]), row("Offer", theirs=offer[0], ours=offer[1]))
    total = Row(
        TOGETHER,
        share(talk[0] + offer[0], 100),
        share(0, 100),
        0,
        share(talk[1] + offer[1], 100),
        0,
    )
    with app.test_request_context():
        assert title_of(By.STAGE, Table(By.STAGE, rows, total)) == title
