"""Every place of the code where a test kills the process, and the story that leads there."""

from dataclasses import dataclass

from tests.chaos import scenes


@dataclass(frozen=True)
class Crash:
    """A place, whose process dies there, and in which scene.

    Attributes:
        is_slow: It takes all look-ups, two and a half minutes, until everything is at rest.
    """

    point: str
    victim: str
    scene: type[scenes.Scene]
    is_slow: bool = False


CRASHES = (
    # What an agent says.
    Crash("orchestrator.messages_stored", "orchestrator", scenes.Say),
    Crash("gateway.messages_stored", "gateway", scenes.Say),
    Crash("orchestrator.work_claimed", "orchestrator", scenes.Say),
    Crash("adapter.claimed", "slack", scenes.Say),
    Crash("adapter.claimed", "gmail", scenes.SayByMail),
    Crash("slack.part_posted", "slack", scenes.SayAtLength),
    Crash("gmail.drafted", "gmail", scenes.SayByMail),
    Crash("gmail.draft_noted", "gmail", scenes.SayByMail),
    Crash("gmail.draft_sent", "gmail", scenes.SayByMail),
    Crash("adapter.sent", "slack", scenes.Say),
    Crash("adapter.sent", "gmail", scenes.SayByMail),
    Crash("adapter.send_recorded", "slack", scenes.Say),
    Crash("orchestrator.work_done", "orchestrator", scenes.Say),
    Crash("orchestrator.recording_outcomes", "orchestrator", scenes.Say),
    Crash("orchestrator.outcomes_recorded", "orchestrator", scenes.SayByMail),
    Crash("orchestrator.falling_back", "orchestrator", scenes.FallBack),
    Crash("adapter.looked_up", "slack", scenes.LoseAnAnswer),
    Crash("gmail.draft_taken_back", "gmail", scenes.LoseADraft, is_slow=True),
    Crash("orchestrator.waking_parked", "orchestrator", scenes.WaitForTheChannel),
    Crash("orchestrator.acknowledged", "orchestrator", scenes.SayToTheWeb),
    Crash("orchestrator.giving_up_on_silence", "orchestrator", scenes.SayToASilentClient),
    Crash("orchestrator.webhook_ready", "orchestrator", scenes.Hook),
    Crash("orchestrator.webhook_posted", "orchestrator", scenes.Hook),
    # What an agent asks.
    Crash("orchestrator.request_stored", "orchestrator", scenes.AskAnew),
    Crash("gateway.request_stored", "gateway", scenes.AskAnew),
    Crash("adapter.card_claimed", "slack", scenes.AskAnew),
    Crash("orchestrator.escalating", "orchestrator", scenes.Escalate),
    Crash("orchestrator.escalated", "orchestrator", scenes.Escalate),
    Crash("orchestrator.expiring", "orchestrator", scenes.Expire),
    Crash("orchestrator.expired", "orchestrator", scenes.Expire),
    # What a person answers.
    Crash("orchestrator.deciding", "orchestrator", scenes.Ask),
    Crash("orchestrator.answer_recorded", "orchestrator", scenes.Ask),
    Crash("gateway.answer_recorded", "gateway", scenes.Ask),
    Crash("gateway.link_answer_recorded", "gateway", scenes.AnswerByLink),
    Crash("gateway.frame_carried_out", "gateway", scenes.AnswerBySocket),
    Crash("adapter.items_stored", "slack", scenes.AnswerByClick),
    Crash("gateway.webhook_handled", "gateway", scenes.AnswerByClick),
    Crash("adapter.items_taken", "slack", scenes.AnswerByClick),
    Crash("orchestrator.hearing_items", "orchestrator", scenes.AnswerByClick),
    Crash("orchestrator.items_heard", "orchestrator", scenes.AnswerByClick),
    Crash("adapter.items_ingested", "gmail", scenes.AnswerByMail),
    Crash("gmail.storing_mail", "gmail", scenes.AnswerByMail),
    Crash("gmail.mail_stored", "gmail", scenes.AnswerByMail),
    # What an operator does.
    Crash("gmail.token_refreshed", "gmail", scenes.RefreshMailTokens),
    Crash("slack.token_rotated", "slack", scenes.RotateTokens),
)
