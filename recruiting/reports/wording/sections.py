"""The sections of the report's second page, each with its heading, chart and table, or none."""

from __future__ import annotations

from typing import Any

from recruiting.pipeline.wording import number_words
from recruiting.reports.depth import Ends, Jobs, Months
from recruiting.reports.facts import Facts
from recruiting.reports.wording import depth as said

Section = dict[str, Any]


def ends(found: Ends | None) -> Section | None:
    """How turns end."""
    if found is None:
        return None
    return {
        "title": said.ends_title(found),
        "rows": said.ends_rows(found),
        "table": said.ends_table(found),
        "n": number_words(found.n),
    }


def control(found: Months | None) -> Section | None:
    """What changed from month to month."""
    if found is None:
        return None
    return {
        "title": said.months_title(found),
        "points": said.months_points(found),
        "table": said.months_table(found),
    }


def facts(found: Facts | None) -> Section | None:
    """What goes along with ghosting."""
    if found is None:
        return None
    return {
        "title": said.facts_title(found),
        "rows": said.facts_rows(found),
        "table": said.facts_table(found),
    }


def jobs(found: Jobs | None) -> Section | None:
    """Jobs of different size."""
    if found is None:
        return None
    return {
        "title": said.jobs_title(found),
        "points": said.jobs_points(found),
        "sizes": found.sizes.tolist(),
        "limits": found.limits.tolist(),
        "mean": found.funnel.target,
        "table": said.jobs_table(found),
        "more": max(0, len(found.rows) - said.MOST_JOBS),
    }
