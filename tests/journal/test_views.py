"""The journal in the browser: send, look, confirm, and take out."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from recruiting.accounts.models import User
from recruiting.accounts.rules import Role
from recruiting.candidates.models import Candidate
from recruiting.db import db as handle
from recruiting.journal import services
from recruiting.journal.models import JournalImport, Upload
from recruiting.pipeline.models import Event
from tests.journal import files
from tests.journal.files import row, take

ROWS = [row(), row(at="2026-03-03T09:00:00Z", direction="out", stage="Interview")]
BAD = [*ROWS, row(at="2026-03-04"), row(kind='=cmd|"/C calc"!A1')]
LIVE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def recruiter(signed_in):
    return signed_in(Role.RECRUITER)


def send(client, rows, name: str = "journal.csv", **named):
    """Upload a file; answers what the browser is then shown."""
    content = rows if isinstance(rows, bytes) else files.text(rows).encode()
    data = {"file": (io.BytesIO(content), name)}
    return client.act("/journal/uploads", data, content_type="multipart/form-data", **named)


def waiting() -> str:
    """The address of the one file that waits."""
    handle.session.rollback()
    return f"/journal/uploads/{handle.session.scalars(select(Upload.id)).one()}"


def events() -> int:
    handle.session.rollback()
    return handle.session.scalar(select(func.count()).select_from(Event)) or 0


def stored_files(app) -> list[Path]:
    return [path for path in Path(app.instance_path, "uploads").glob("*") if path.is_file()]


def words(answer) -> str:
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


# --- the way through -----------------------------------------------------------------------------


def test_a_file_is_sent_looked_at_and_confirmed(app, recruiter):
    sent = send(recruiter, ROWS)
    assert sent.status_code == 303
    assert sent.location == waiting()
    assert events() == 0
    page = recruiter.get(waiting())
    assert page.status_code == 200
    assert "New events 2" in words(page)
    assert "New candidates 1" in words(page)
    assert events() == 0, "a GET never acts"
    done = recruiter.act(f"{waiting()}/confirm")
    assert done.status_code == 303
    assert events() == 2
    assert not stored_files(app)
    start = recruiter.get("/journal")
    assert "2 new events were imported." in start.text
    by = handle.session.scalars(select(JournalImport.by)).one()
    assert by == handle.session.scalars(select(User.email)).one()


def test_the_first_page_explains_and_shows_what_waits_and_what_came(recruiter):
    assert "Nothing was imported yet" in recruiter.get("/journal").text
    take(*ROWS)
    send(recruiter, ROWS, "autumn.csv")
    page = words(recruiter.get("/journal"))
    assert "autumn.csv" in page
    assert "me@example.org 2 2 0 0" in page
    assert "candidate_email" in page


def test_a_file_can_be_discarded(app, recruiter):
    send(recruiter, ROWS)
    assert recruiter.act(f"{waiting()}/discard").status_code == 303
    assert "Nothing was imported." in recruiter.get("/journal").text
    assert not handle.session.scalars(select(Upload)).all()
    assert not stored_files(app)


def test_a_file_that_cannot_be_read_is_discarded_from_the_list(app, recruiter):
    send(recruiter, b"", "empty.csv")
    page = recruiter.get("/journal")
    assert f'action="{waiting()}/discard"' in page.text
    assert "empty.csv 0 kB" in words(page)
    recruiter.act(f"{waiting()}/discard")
    assert not stored_files(app)


def test_a_file_known_already_says_so(recruiter):
    take(*ROWS)
    send(recruiter, ROWS)
    assert "Nothing is new" in recruiter.get(waiting()).text


def test_nothing_chosen_is_said_at_the_field(recruiter):
    answer = recruiter.act("/journal/uploads", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


def test_a_file_is_read_once_however_often_somebody_looks(app, recruiter):
    send(recruiter, BAD)
    path = min(stored_files(app), key=lambda one: len(one.name))
    path.write_bytes(b"")  # whoever read it now would find nothing
    for _ in range(2):
        page = words(recruiter.get(waiting()))
        assert "New events 2" in page
        assert "“2026-03-04” lacks the time of day" in page
    assert len(recruiter.get(f"{waiting()}/problems.csv").text.splitlines()) == 3


def test_a_file_is_looked_at_anew_once_another_one_came(recruiter):
    send(recruiter, BAD)
    assert "New events 2" in words(recruiter.get(waiting()))
    take(*ROWS)
    page = words(recruiter.get(waiting()))
    assert "New events 0" in page
    assert "Rows known already 2" in page
    assert "Rows with problems 2" in page
    assert len(recruiter.get(f"{waiting()}/problems.csv").text.splitlines()) == 3


def test_rows_that_say_something_else_than_what_is_stored_are_named(recruiter):
    take(row(external_id="1", body="first"))
    send(recruiter, [row(at="2026-04-01T09:00:00Z"), row(external_id="1", body="second")])
    assert "stored with other content (line 3). What is stored stays as it is" in words(
        recruiter.get(waiting())
    )


# --- problems ------------------------------------------------------------------------------------


def test_every_problem_stands_on_the_page_with_line_column_and_remedy(recruiter):
    send(recruiter, BAD)
    page = words(recruiter.get(waiting()))
    assert "Rows with problems 2" in page
    assert "4 at “2026-03-04” lacks the time of day. Write it as" in page
    assert "5 kind" in page


def test_bad_rows_must_be_left_out_on_purpose(recruiter):
    send(recruiter, BAD)
    refused = recruiter.act(f"{waiting()}/confirm")
    assert refused.status_code == 422
    assert "choose to leave out the rows" in refused.text
    assert events() == 0
    done = recruiter.act(f"{waiting()}/confirm", {"skip_bad": "y"})
    assert done.status_code == 303
    assert events() == 2
    assert "2 rows were left out." in recruiter.get("/journal").text


def test_an_unreadable_file_offers_no_import(recruiter):
    send(recruiter, b"PK\x03\x04 is a zip", "journal.csv")
    page = recruiter.get(waiting())
    assert "This is no CSV file but: Excel workbook (.xlsx) or ZIP." in page.text
    assert "/confirm" not in page.text
    refused = recruiter.act(f"{waiting()}/confirm", {"skip_bad": "y"})
    assert refused.status_code == 422
    assert events() == 0


def test_many_problems_are_cut_on_the_page_and_whole_in_the_download(recruiter):
    send(recruiter, [row(at="?") for _ in range(300)])
    page = recruiter.get(waiting())
    assert "The first 200 problems are shown." in page.text
    assert page.text.count("is no moment.") == 200
    download = recruiter.get(f"{waiting()}/problems.csv")
    lines = list(csv.reader(io.StringIO(download.text.removeprefix("\ufeff"))))
    assert lines[0] == ["Line", "Column", "Problem", "Remedy"]
    assert [line[0] for line in lines[1:]] == [str(number) for number in range(2, 302)]


def test_the_download_of_problems_holds_no_formula(recruiter):
    content = files.text([row()]).replace("candidate_name", "=1+1").encode()
    send(recruiter, content.replace(b"Developer", b""))
    download = recruiter.get(f"{waiting()}/problems.csv")
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert download.mimetype == "text/csv"
    for line in csv.reader(io.StringIO(download.text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)


# --- twice, late, by others ----------------------------------------------------------------------


def test_a_second_click_imports_nothing_more(recruiter):
    send(recruiter, ROWS)
    page = waiting()
    key = {"submission": "the-same-form-sent-twice"}
    assert recruiter.act(f"{page}/confirm", key).status_code == 303
    assert recruiter.act(f"{page}/confirm", key).status_code == 303
    assert events() == 2
    handle.session.rollback()
    assert len(handle.session.scalars(select(JournalImport)).all()) == 1


def test_two_clicks_at_once_import_once(app, recruiter):
    send(recruiter, ROWS)
    page, answers = waiting(), []
    handle.session.rollback()
    token = recruiter.csrf_token()

    def click():
        form = {"csrf_token": token, "submission": "the-same-form-sent-twice"}
        with app.app_context():
            answers.append(recruiter.post(f"{page}/confirm", data=form).status_code)

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert events() == 2
    assert len(handle.session.scalars(select(JournalImport)).all()) == 1


def test_a_file_sent_twice_by_one_form_waits_once(recruiter):
    key = {"submission": "the-same-form-sent-twice"}
    for _ in range(2):
        data = {"file": (io.BytesIO(files.text(ROWS).encode()), "a.csv"), **key}
        recruiter.act("/journal/uploads", data, content_type="multipart/form-data")
    waiting()


@pytest.mark.parametrize("way", ["", "/problems.csv", "/confirm", "/discard"])
def test_another_persons_file_is_not_there(signed_in, way):
    send(signed_in(Role.RECRUITER), BAD)
    page = waiting()
    other = signed_in(Role.ADMIN)
    if way in {"", "/problems.csv"}:
        assert other.get(page + way).status_code == 404
    else:
        assert other.act(page + way).status_code == 404
    assert waiting() == page


@pytest.mark.parametrize("name", ["x", "..", "%2e%2e", "..%2f..%2fheardback.db", "a" * 43])
def test_an_address_that_names_no_upload_is_not_there(recruiter, name):
    assert recruiter.get(f"/journal/uploads/{name}").status_code == 404
    assert recruiter.act(f"/journal/uploads/{name}/confirm").status_code == 404


def test_a_file_that_vanished_is_said(app, recruiter):
    send(recruiter, ROWS)
    min(stored_files(app), key=lambda one: len(one.name)).unlink()
    assert recruiter.get(waiting()).status_code == 422
    assert recruiter.act(f"{waiting()}/confirm").status_code == 303
    assert events() == 0


def test_files_nobody_confirmed_are_forgotten_after_a_day(app, recruiter):
    send(recruiter, ROWS)
    stray = Path(app.instance_path, "uploads", "b" * 43)
    stray.write_bytes(b"left behind")
    now = handle.session.scalars(select(Upload.created_at)).one()
    assert services.purge_uploads(now=now + timedelta(hours=23)) == 0
    assert len(stored_files(app)) == 3  # with what was found in the first one
    for path in stored_files(app):
        os.utime(path, (now.timestamp(), now.timestamp()))
    assert services.purge_uploads(now=now + timedelta(hours=25)) == 1
    assert not stored_files(app)


# --- as an attack --------------------------------------------------------------------------------


def test_a_stored_file_has_a_random_name_and_one_reader(app, recruiter):
    send(recruiter, ROWS, "../../../etc/cron.d/x.php")
    found, path = sorted(stored_files(app), key=lambda one: len(one.name), reverse=True)
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert re.fullmatch(r"[\w-]{43}", path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.parent == Path(app.instance_path, "uploads")


def test_names_and_cells_are_shown_as_text(recruiter):
    send(recruiter, [row(kind=LIVE), row(at=LIVE)], f"{LIVE}.csv")
    for page in ("/journal", waiting()):
        answer = recruiter.get(page)
        assert LIVE not in answer.text
        assert "&lt;img src=x" in answer.text


def test_a_file_beyond_the_limit_is_refused(app, recruiter):
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    assert send(recruiter, b"x" * 20_000).status_code == 413
    assert not stored_files(app)


def test_sending_needs_the_token_of_the_form(app, recruiter):
    data = {"file": (io.BytesIO(b"x"), "x.csv")}
    answer = recruiter.post("/journal/uploads", data=data, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert not stored_files(app)


# --- out -----------------------------------------------------------------------------------------


def test_hr_takes_the_journal_out(signed_in):
    take(*ROWS)
    client = signed_in(Role.HR)
    assert "/journal/export" in client.get("/journal").text
    download = client.get("/journal/export")
    assert download.headers["Content-Disposition"] == "attachment; filename=journal.csv"
    assert download.mimetype == "text/csv"
    assert download.data.decode() == files.export()
    assert "no-store" in download.headers["Cache-Control"]


@pytest.mark.sqlite
def test_a_slow_download_keeps_no_writer_waiting(signed_in):
    take(*(row(at=f"2026-03-02T09:{minute:02}:00Z", body="x" * 9000) for minute in range(60)))
    download = signed_in(Role.HR).get("/journal/export")
    assert next(download.iter_encoded()).startswith(b"candidate_email")
    with handle.engine.begin() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.exec_driver_sql("DELETE FROM journal_import")
    assert len(b"".join(download.iter_encoded())) > 60 * 9000


def test_recruiters_bring_in_but_take_nothing_out(recruiter):
    assert "/journal/export" not in recruiter.get("/journal").text
    assert recruiter.get("/journal/export").status_code == 403


def test_a_hiring_manager_has_no_journal(signed_in):
    client = signed_in(Role.HIRING_MANAGER)
    assert client.get("/journal").status_code == 403
    assert client.get("/journal/export").status_code == 403


def test_the_pages_speak_german(recruiter):
    send(recruiter, BAD)
    assert recruiter.get(f"{waiting()}?lang=de").status_code == 200
    assert handle.session.scalar(select(func.count()).select_from(Candidate)) == 0
