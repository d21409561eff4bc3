"""Place the beats of a story in time, from the last one backwards."""

from __future__ import annotations

from datetime import datetime

from recruiting.demo.story import Beat, Story, Who
from recruiting.demo.times import Gap, Hours


def place(story: Story, now: datetime, end: datetime, hours: Hours) -> list[datetime]:
    """The moment of each beat, rising; the last one `ends_back` working days before `end`.

    A meeting that is still ahead is the only beat that lies after `now`.
    """
    beats = list(story.beats)
    moments: list[datetime] = []
    if story.ahead is not None:
        beats.pop()
        moments.append(hours.meeting_after(now, story.ahead))
    limit, gap = end, Gap(workdays=story.ends_back)
    for beat in reversed(beats):
        limit = _at(beat, limit, gap, hours)
        moments.append(limit)
        gap = beat.gap
    return moments[::-1]


def _at(beat: Beat, limit: datetime, gap: Gap, hours: Hours) -> datetime:
    if beat.who is Who.MEETING:
        return hours.meeting(limit, gap)
    if beat.who is Who.THEM and not _is_call(beat):
        return hours.theirs(limit, gap)
    return hours.ours(limit, gap)


def _is_call(beat: Beat) -> bool:
    """Who rings us does so while somebody is there to answer."""
    return beat.channel == "phone"
