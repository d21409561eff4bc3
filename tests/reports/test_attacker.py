"""A small installation, and a reader who solves for what its page, files and lines do not show."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import cycle

import numpy as np
import pytest

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.pipeline.rules import Channel, Kind
from recruiting.reports.export import RATES
from recruiting.reports.grid import Grid
from recruiting.reports.queries import whole_ledger
from recruiting.reports.rules import By
from tests import make
from tests.make import DAY, MONDAY, OFFICE
from tests.stats.attacker import found_out_in_cuts

MINIMUM = 10
BEGUN = MONDAY - 60 * DAY
pytestmark = pytest.mark.usefixtures("app", "frozen")


@pytest.fixture
def small_house(app) -> None:
    """Thirty applications: one small source, one small job, a few phone calls, little ghosting."""
    large, small = make.job("Welder"), make.job("Clerk")
    sources = cycle(("Fair", "Fair", "Board", "Board", "Friend", "Board"))
    for number in range(30):
        job = small if number % 10 == 9 else large
        channel = Channel.PHONE if number % 7 == 6 else Channel.EMAIL
        application = make.application(job=job, at=BEGUN, source=next(sources))
        asked_at = BEGUN + (8 if number % 4 == 3 else 1) * DAY
        make.event(application, at=asked_at, channel=channel)
        if number % 6 == 0:
            make.reply(application, at=asked_at + DAY, channel=channel)
            make.event(application, Kind.MOVED, at=asked_at + DAY, stage=job.stages[1])
            make.event(application, at=asked_at + 2 * DAY, channel=channel)
        if number % 5 == 1:
            make.event(application, Kind.GHOSTED, at=BEGUN + 40 * DAY, body="x")
        elif number % 5 != 2:
            make.reply(application, at=asked_at + 5 * DAY, channel=channel)
    db.session.commit()


def truth(by: By, *, ours: bool) -> dict[str, np.ndarray]:
    """What the report would show if it hid nothing: k and n in each group and in the total."""
    found = whole_ledger(MONDAY, OFFICE)
    grid, side = Grid(found), found.ours if ours else found.theirs
    place = grid.cells[by]
    over = ~side.is_open
    return {
        "k": grid.tally(side, side.is_hit)[place],
        "n": grid.tally(side, over)[place],
        "open": grid.tally(side, side.is_open)[place],
        "turns": grid.tally(side, over)[place] + grid.tally(side, side.is_open)[place],
        "never": grid.tally(side, side.is_never)[place],
        "of_never": grid.tally(side, over | side.is_never)[place],
    }


def files(client) -> dict[By, list[dict[str, str]]]:
    return {
        by: list(csv.DictReader(io.StringIO(client.get(f"/reports/ghosting/{by}.csv").text[1:])))
        for by in By
    }


def masked(rows: list[dict[str, str]], column: str, by: By, names: list[str]) -> np.ndarray:
    """Which groups, and the total, are blank in a column; groups of nobody are not listed."""
    blank = {row["group"]: row[column] == "" for row in rows}
    return np.array([*(blank.get(name, False) for name in names), blank["all"]])


@pytest.mark.usefixtures("small_house")
@pytest.mark.parametrize(
    ("k", "n", "column", "ours"),
    [
        ("k", "n", "ghosting_k", False),
        ("never", "of_never", "never_responded_k", False),
        ("open", "turns", "their_open", False),
        ("k", "n", "our_delay_k", True),
        ("open", "turns", "our_open", True),
    ],
)
def test_who_solves_for_what_is_not_shown_finds_nothing(signed_in, k, n, column, ours):
    told = files(signed_in(Role.HR))
    groups = whole_ledger(MONDAY, OFFICE).groups
    cuts, masks = [], []
    for by in By:
        names = [
            group.key if by in {By.MONTH, By.CHANNEL} else group.name or "unknown"
            for group in groups[by]
        ]
        counts = truth(by, ours=ours)
        some = counts["turns"] > 0
        mask = masked(told[by], column, by, names)
        cuts.append((counts[k][some], counts[n][some]))
        masks.append(mask[np.append(some, True)])
    small = [mask[:-1].any() for mask in masks]
    assert any(small)
    assert not all(mask.all() for mask in masks)
    assert not any(found.any() for found in found_out_in_cuts(cuts, masks, MINIMUM))


@pytest.mark.usefixtures("small_house")
def test_page_files_and_lines_hide_the_same(signed_in, runner):
    client = signed_in(Role.HR)
    page, told = client.get("/reports/ghosting").text, files(client)
    for by in By:
        lines = runner.invoke(args=["report", "ghosting", "--by", by.value, "--format", "json"])
        rows = [json.loads(line) for line in lines.output.splitlines()]
        as_text = [{key: "" if v is None else str(v) for key, v in row.items()} for row in rows]
        for row, other in zip(as_text, told[by], strict=True):
            assert row["group"] == other["group"]
            assert {key for key in row if row[key] == ""} == {k for k in other if other[k] == ""}
        part = page[page.index(f'<table id="by-{by}"') :].partition("</table>")[0]
        body = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in part.split("<tr>")[2:]]
        columns = ("ghosting_k", "their_open", "never_responded_k", "our_delay_k", "our_open")
        for cells, row in zip(body, told[by], strict=True):
            shown = [bool(re.search(r"\d", cell)) for cell in cells]
            nobody = {f"{name}_k" for name in RATES if row[f"{name}_n"] == "0"}  # a dash
            told_there = [row[column] != "" and column not in nobody for column in columns]
            assert shown == told_there, (by, row["group"])
