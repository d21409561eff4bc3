"""What is wrong with a file, and what it brings, in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recruiting.journal.queries import Summary
from recruiting.journal.rules import Fault, RowProblem

_SAVE_AS_UTF_8 = _l("Save it as “CSV UTF-8” (in Excel: Save as, file type CSV UTF-8).")

# What is wrong, and the remedy.
SENTENCES: dict[Fault, tuple[LazyString, LazyString]] = {
    Fault.EMPTY: (
        _l("The file is empty."),
        _l("Export it again; its first line names the columns."),
    ),
    Fault.NOT_TEXT: (
        _l("This is no CSV file but: %(found)s."),
        _l("Open it in the program it comes from and save it as CSV (UTF-8)."),
    ),
    Fault.UTF_16: (_l("The file is written in UTF-16."), _SAVE_AS_UTF_8),
    Fault.NOT_UTF_8: (
        _l("The file is not UTF-8 (perhaps Windows-1252): it holds the bytes %(found)s."),
        _SAVE_AS_UTF_8,
    ),
    Fault.OTHER_DELIMITER: (
        _l("The columns are separated by tabs."),
        _l("Separate them by commas or semicolons."),
    ),
    Fault.MISSING_COLUMN: (
        _l("The first line does not name: %(wanted)s. It names: %(found)s."),
        _l("Add what is missing; capitals do not matter."),
    ),
    Fault.DOUBLE_COLUMN: (
        _l("The first line names this column %(found)s times."),
        _l("Keep one of them."),
    ),
    Fault.OPEN_QUOTE: (
        _l("A quotation mark opens here and is never closed: “%(found)s”."),
        _l("Close it, and double the quotation marks within the text."),
    ),
    Fault.STRAY_QUOTE: (
        _l("The text goes on behind its closing quotation mark: “%(found)s”."),
        _l("Double every quotation mark within the text."),
    ),
    Fault.OLD_LINE_ENDS: (
        _l("A line ends with a bare carriage return, as on old Macintoshes."),
        _l("Save the file with the line ends of Windows or Unix."),
    ),
    Fault.LONG_LINE: (
        _l("The line is longer than %(wanted)s bytes."),
        _l("Check whether this is a CSV file, and shorten the text."),
    ),
    Fault.SHORT_ROW: (
        _l("The row has %(found)s cells, the first line names %(wanted)s columns."),
        _l("Add the missing cells, beginning with this one."),
    ),
    Fault.LONG_ROW: (
        _l("The row has %(found)s cells, the first line names %(wanted)s columns."),
        _l("Put texts that hold the separator between quotation marks."),
    ),
    Fault.EMPTY_CELL: (_l("The cell is empty."), _l("Fill it in; every row needs it.")),
    Fault.LONG_CELL: (
        _l("The text has %(found)s characters; at most %(wanted)s can be stored."),
        _l("Shorten it."),
    ),
    Fault.ODD_CHARACTER: (
        _l("The text holds the character %(found)s, which cannot be stored here."),
        _l("Remove it."),
    ),
    Fault.NO_EMAIL: (
        _l("“%(found)s” is no e-mail address."),
        _l("Write one such as ada@example.org."),
    ),
    Fault.UNKNOWN_VALUE: (
        _l("“%(found)s” is none of the values known here."),
        _l("Write one of: %(wanted)s."),
    ),
    Fault.WRONG_DIRECTION: (
        _l("Kind and direction do not fit together: %(found)s."),
        _l("The direction of this kind is: %(wanted)s."),
    ),
    Fault.NO_TIME: (
        _l("“%(found)s” is no moment."),
        _l("Write it as 2026-03-02T14:05:00+01:00 or 2026-03-02T13:05:00Z."),
    ),
    Fault.NAIVE_TIME: (
        _l("“%(found)s” lacks its offset from UTC."),
        _l("Write it as 2026-03-02T14:05:00+01:00 or 2026-03-02T13:05:00Z."),
    ),
    Fault.IMPOSSIBLE_TIME: (
        _l("“%(found)s” exists on no calendar or clock."),
        _l("Correct day, time or offset."),
    ),
    Fault.DISTANT_TIME: (
        _l("“%(found)s” lies outside the years %(wanted)s."),
        _l("Correct the year."),
    ),
    Fault.NO_NUMBER: (
        _l("“%(found)s” is no whole number of minutes from 0 to %(wanted)s."),
        _l("Write it in digits, such as 45."),
    ),
    Fault.ID_TWICE: (
        _l("The id “%(found)s” stands for another event in line %(wanted)s of this file."),
        _l("Give each event an id of its own; nobody can say here which of them is meant."),
    ),
}


def what(problem: RowProblem) -> str:
    """What is wrong."""
    if problem.fault is Fault.NAIVE_TIME and ":" not in problem.found:
        return _("“%(found)s” lacks the time of day.", found=problem.found)
    return str(SENTENCES[problem.fault][0]) % _parameters(problem)


def remedy(problem: RowProblem) -> str:
    """What to do about it."""
    return str(SENTENCES[problem.fault][1]) % _parameters(problem)


def place(problem: RowProblem) -> str:
    """Where it is: "line 7, column at"."""
    if not problem.column:
        return _("line %(line)d", line=problem.line)
    return _("line %(line)d, column %(column)s", line=problem.line, column=problem.column)


def _parameters(problem: RowProblem) -> dict[str, str]:
    return {"found": problem.found, "wanted": problem.wanted}


def counts(summary: Summary) -> list[tuple[str, int]]:
    """What a file brings, line by line."""
    return [
        (_("Rows in the file"), summary.rows),
        (_("New events"), summary.added),
        (_("New candidates"), summary.candidates),
        (_("New jobs"), summary.jobs),
        (_("New stages"), summary.stages),
        (_("New applications"), summary.applications),
        (_("Rows known already"), summary.known),
        (_("Rows said twice in the file"), summary.repeated),
        (_("Rows with problems"), summary.problem_rows),
    ]


def notices(summary: Summary) -> Iterator[str]:
    """What somebody should know, though nothing is wrong with it."""
    if not summary.rows and not summary.is_unreadable:
        yield _("The file has no rows.")
    elif not summary.added and not summary.problem_rows:
        yield _("Nothing is new: every row of this file is known already.")
    if summary.extra_columns:
        yield _("Columns that were passed over: %(names)s.", names=", ".join(summary.extra_columns))
    if summary.differing:
        lines = ", ".join(map(str, summary.differing_lines))
        more = " …" if summary.differing > len(summary.differing_lines) else ""
        yield ngettext(
            "%(num)d row is known already, but is stored with other content (line %(lines)s)."
            " What is stored stays as it is; nothing of this row is taken.",
            "%(num)d rows are known already, but are stored with other content (lines %(lines)s)."
            " What is stored stays as it is; nothing of these rows is taken.",
            summary.differing,
            lines=lines + more,
        )
    if summary.ahead:
        yield ngettext(
            "%(num)d row lies in the future; it counts from its moment on.",
            "%(num)d rows lie in the future; each counts from its moment on.",
            summary.ahead,
        )
    if summary.empty_rows:
        yield ngettext(
            "%(num)d empty row was passed over.",
            "%(num)d empty rows were passed over.",
            summary.empty_rows,
        )


def result(summary: Summary) -> str:
    """What an import has done, in one sentence."""
    added = ngettext(
        "%(num)d new event was imported.", "%(num)d new events were imported.", summary.added
    )
    if not summary.problem_rows:
        return added
    skipped = ngettext(
        "%(num)d row was left out.", "%(num)d rows were left out.", summary.problem_rows
    )
    return f"{added} {skipped}"
