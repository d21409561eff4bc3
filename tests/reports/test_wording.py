"""What the report's charts are called, and what stands where a figure is hidden."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from recruiting.reports.ledger import Group
from recruiting.reports.rules import By
from recruiting.reports.tables import TOGETHER, Row, Table
from recruiting.reports.wording import findings, title_of, with_bounds
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


@pytest.mark.parametrize(("lang", "count"), [("en", "165 of 1,133"), ("de", "165 von 1.133")])
def test_a_thousand_is_grouped_as_the_language_does(app: Flask, lang: str, count: str):
    with app.test_request_context(), force_locale(lang):
        assert count in with_bounds(share(165, 1133))


@pytest.mark.parametrize(("lang", "number"), [("en", "1,252 turns"), ("de", "1.252 Fällen")])
def test_open_turns_are_grouped_as_well(app: Flask, lang: str, number: str):
    total = Row(TOGETHER, share(5, 50), share(0, 50), 1252, share(0, 50), 0)
    with app.test_request_context(), force_locale(lang):
        said = " ".join(findings({by: Table(by, (), total) for by in By}, 10))
    assert number in said
