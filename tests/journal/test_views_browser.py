"""The journal's pages in a real browser, without scripts and in every look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from recruiting.accounts.rules import Role
from recruiting.db import db
from recruiting.pipeline.models import Event
from tests.browsers import LANGUAGES, Look
from tests.journal import files
from tests.journal.files import row

Opener = Callable[..., Any]
ROWS = [row(), row(at="2026-03-03T09:00:00Z", direction="out", stage="Interview")]
BAD = [*ROWS, row(at="2026-03-04"), row(kind="telegram", minutes="some")]


def chosen(rows: list[dict[str, str]], name: str = "autumn.csv") -> dict[str, Any]:
    """A file as somebody picks it in the browser."""
    return {"name": name, "mimeType": "text/csv", "buffer": files.text(rows).encode()}


def test_a_file_goes_in_without_any_script(page_for: Opener):
    page = page_for(Role.RECRUITER, java_script_enabled=False)
    page.goto("/journal")
    page.get_by_label("Journal file").set_input_files(chosen(BAD))
    page.get_by_role("button", name="See what it would bring").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What this file would bring")
    page.get_by_label("Leave out the rows with problems").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 new events were imported.")
    assert db.session.scalar(select(func.count()).select_from(Event)) == 2
    db.session.rollback()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_file_would_bring_looks_right(
    page_for: Opener, look_at: Callable[..., list[str]], lang: str
):
    files.take(row(external_id="1", at="2026-01-05T09:00:00Z", body="first"))
    known = row(external_id="1", at="2026-01-05T09:00:00Z", body="second")
    ahead = row(at="2029-03-02T09:00:00Z")
    page = page_for(Role.HR, Look(lang))
    page.goto("/journal")
    page.locator("input[type=file]").set_input_files(chosen([*BAD, known, ahead]))
    page.locator("form[enctype] button").click()
    expect(page.locator("#problems")).to_be_visible()
    assert look_at(page, "journal-preview") == []
    page.goto("/journal")
    assert look_at(page, "journal-waiting") == []
