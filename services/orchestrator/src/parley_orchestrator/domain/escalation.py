"""What happens while nobody answers: further channels are asked, people are reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

from parley_orchestrator.domain.feedback import FeedbackRequest, Step

REMINDER = ""
"""The channel of a step that reminds people where they were asked already."""


def timeline(request: FeedbackRequest) -> tuple[Step, ...]:
    """All steps in the order of their times; at the same time a channel comes before a reminder."""
    reminders = [Step(seconds, REMINDER) for seconds in request.reminders]
    steps = [*request.escalation, *reminders]
    return tuple(sorted(steps, key=lambda step: (step.after_seconds, step.channel == REMINDER)))


def steps_due(request: FeedbackRequest, now: datetime) -> tuple[Step, ...]:
    """The steps that were not taken yet and whose time has come."""
    left = timeline(request)[request.escalated :]
    return tuple(step for step in left if _time_of(request, step) <= now)


def next_step_at(request: FeedbackRequest, taken: int) -> datetime | None:
    """When the first step after those taken is due; None when there is none."""
    left = timeline(request)[taken:]
    return _time_of(request, left[0]) if left else None


def reminder_text(request: FeedbackRequest) -> str:
    """What a reminder says, Markdown; the channel adds the link where it needs one."""
    first = next((line for line in request.prompt.splitlines() if line.strip()), "")
    shown = first if len(first) <= _SHORT else f"{first[:_SHORT]}…"
    return f"Still waiting for your answer:\n\n> {shown}"


def _time_of(request: FeedbackRequest, step: Step) -> datetime:
    return request.created_at + timedelta(seconds=step.after_seconds)


_SHORT = 300
