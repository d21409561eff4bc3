"""Scenes that stories are made of: applying, a call, an assignment, an interview, a silence."""

from __future__ import annotations

from recruiting.demo import silences
from recruiting.demo.employer import MANAGER, SOURCED
from recruiting.demo.story import Beat, Due, Story, Who
from recruiting.demo.times import Gap
from recruiting.pipeline.rules import Channel, Kind


def applies(s: Story) -> None:
    """A letter through the careers page, and our receipt with a promise."""
    s.theirs(f"apply_{s.job.key}", gap=Gap(), channel=Channel.PORTAL)
    s.ours("receipt", gap=s.workdays(0, 1))


def is_sourced(s: Story) -> None:
    """We write first."""
    s.ask("sourced", gap=Gap(), channel=Channel.LINKEDIN, offers_no=True)


def agrees_to_talk(s: Story) -> None:
    """The candidate we wrote to is interested."""
    s.theirs("sourced_yes", gap=s.reply(1.4), channel=Channel.LINKEDIN)


def begins(s: Story) -> None:
    """However contact began, both sides have spoken after this."""
    if s.source == SOURCED:
        is_sourced(s)
        agrees_to_talk(s)
    else:
        applies(s)


def facts(s: Story) -> None:
    """We ask what we need to know; the answer often brings a question."""
    s.ask("facts", gap=s.our_answer())
    replies(s, "facts")


def replies(s: Story, *words: str) -> None:
    """The answer to what we asked; some answer only when asked again, some ask in return."""
    said = words
    if s.rng.random() < 0.12:
        silences.asks_again(s, 1)
        said = tuple("pick_later" if word == "pick" else word for word in words)
    s.theirs(*said, *_question(s, 0.3), gap=s.reply())


def _question(s: Story, chance: float) -> tuple[str, ...]:
    """A question of theirs, if they have one and have not asked yet."""
    if any(word.startswith("ask.") for beat in s.beats for word in beat.words):
        return ()
    return (f"ask.{s.rng.choice(s.job.topics)}",) if s.rng.random() < chance else ()


def answer(s: Story) -> tuple[str, ...]:
    """Our answer to the question in their last message, if it held one."""
    for beat in reversed(s.beats):
        if any(word.startswith("answer.") for word in beat.words):
            break
        if beat.who is Who.THEM:
            asked = [word for word in beat.words if word.startswith("ask.")]
            return tuple(word.replace("ask.", "answer.") for word in asked)
    return ()


def asks_for(s: Story, part: str, *, open_question: bool = False) -> None:
    """We move the application and propose times for a call or an interview."""
    answered = () if open_question else answer(s)
    s.move(part, gap=s.our_answer())
    if part == "talk" and (s.runs or s.rng.random() < 0.25):
        hands_over(s)
    s.ask(*answered, f"{part}_slots", gap=s.soon(3, 14), leaves_open=open_question)


def hands_over(s: Story) -> None:
    """The hiring manager of the Berlin jobs gets to see it."""
    if s.job.manager != MANAGER.name:
        return
    s.is_handed_over = True
    s.close(Kind.HANDED_OVER, "note.handed_over", s.soon(1, 3), subject=MANAGER.name)


def agrees(s: Story, part: str, *, met: bool = True) -> None:
    """They choose a time, we confirm; with `met` the meeting takes place and we note it."""
    replies(s, "pick")
    sets(s, part, thanked=not met)
    if not met:
        return
    s.meeting(s.workdays(1, 3))
    by_manager = part == "talk" and s.is_handed_over
    s.note(f"note.{part}", s.soon(40, 150), by=MANAGER if by_manager else s.owner, minutes=10)


def sets(s: Story, part: str, *, thanked: bool = False) -> None:
    """We confirm the time of a meeting; most say thank you, all do with `thanked`."""
    s.ask(
        *answer(s),
        "call_set_video" if part == "call" and not s.person.phone else f"{part}_set",
        gap=Gap(workdays=s.rng.randint(0, 1)),
        kind=Kind.INTERVIEW,
        for_meeting=True,
        minutes=30 if part == "call" else 60,
    )
    if thanked or s.rng.random() < 0.7:
        s.theirs("ok", gap=s.reply(0.3), awaits=False)


def call(s: Story) -> None:
    """A first call, from the proposal to our note."""
    asks_for(s, "call")
    agrees(s, "call")


def is_given_task(s: Story) -> None:
    """We send the assignment of the job."""
    s.move("task", gap=s.our_answer())
    s.ask(
        "task",
        gap=s.soon(3, 12),
        kind=Kind.ASSIGNMENT,
        due=Due(s.job.task_days),
        minutes=15,
        offers_no=True,
    )


def task(s: Story) -> None:
    """The assignment is returned in time, or late: after a word about it, or when we ask."""
    is_given_task(s)
    said = s.rng.random()
    if said < 0.3:
        s.theirs("task_ok", gap=s.reply(0.6), awaits=False)
    elif said < 0.42:
        s.theirs("ask.task_time", gap=s.reply(0.6))
        s.ask("answer.task_time", gap=Gap(workdays=s.rng.randint(0, 1)))
    elif said < 0.52:
        s.theirs("extend", gap=s.reply(1.0))
        s.ask("extended", gap=Gap(workdays=s.rng.randint(0, 1)), due=Due(6))
    if s.rng.random() < 0.16:
        silences.asks_again(s, 1, silences.first_wait(s))
        s.theirs("task_late", gap=s.reply(1.8))
    else:
        s.theirs("task_in", gap=s.workdays(2, 4))
    if s.rng.random() < 0.5:
        s.note("note.task", s.workdays(1, 2), minutes=25)


def talk(s: Story) -> None:
    """An interview, from the invitation to our notice of when we decide."""
    asks_for(s, "talk")
    agrees(s, "talk")
    if s.rng.random() < 0.55:
        s.theirs("thanks", gap=Gap(hours=s.rng.uniform(2, 9)), awaits=False)
    if s.rng.random() < 0.6:
        s.ours("notice", gap=Gap(workdays=1), due=Due(5))


def offer(s: Story) -> None:
    """We make an offer."""
    s.move("offer", gap=s.our_answer())
    s.ask("offer", gap=s.soon(5, 25), kind=Kind.OFFER, due=Due(5), offers_no=True)


def until(s: Story, part: str) -> None:
    """Everything up to and with one part of the job went well."""
    begins(s)
    if s.source != SOURCED and s.rng.random() < 0.7:
        facts(s)
    parts = [step.part for step in s.job.steps]
    scenes = {"call": call, "task": task, "talk": talk}
    for name in parts[1 : parts.index(part) + 1]:
        scenes[name](s)


def before(s: Story, part: str) -> None:
    """Everything before one part of the job went well."""
    parts = [step.part for step in s.job.steps]
    previous = parts[parts.index(part) - 1]
    if previous == "applied":
        begins(s)
        if s.source != SOURCED:
            facts(s)
    else:
        until(s, previous)


def asks_in(s: Story, part: str) -> None:
    """What we ask at the beginning of a part."""
    if part == "applied":
        s.ask("facts", gap=s.our_answer(), offers_no=True)
    elif part == "task":
        is_given_task(s)
    else:
        asks_for(s, part)


def misses(s: Story, part: str) -> None:
    """An agreed meeting, and nobody comes; we write the same day."""
    agrees(s, part, met=False)
    s.meeting(s.workdays(1, 3))
    s.beats.append(
        Beat(
            Who.MACHINE,
            s.soon(20, 35),
            kind=Kind.NO_SHOW,
            words=("note.no_show",),
            channel=_where(s, part),
            by=s.owner,
        )
    )
    s.ask("missed", gap=s.soon(15, 80), offers_no=True)


def _where(s: Story, part: str) -> Channel:
    if part == "talk":
        return Channel.IN_PERSON
    return Channel.PHONE if s.person.phone else Channel.VIDEO


def rejects(s: Story, part: str) -> None:
    """We say no, with thanks and a reason; what they had asked is answered all the same."""
    s.ours(*answer(s), f"reject_{part}", gap=s.our_answer(), kind=Kind.REJECTION)


def withdraws(s: Story, *reasons: str, gap: Gap | None = None) -> None:
    """They say no, and we thank them for it."""
    reason = f"withdraw_{s.rng.choice(reasons)}"
    s.theirs(reason, gap=gap or s.reply(1.3), kind=Kind.WITHDRAWAL, awaits=False)
    if s.rng.random() < 0.8:
        s.ours("thanks_withdrawn", gap=s.workdays(0, 1))
