"""Every place of the code where a test kills the process, and the story that leads there."""

from dataclasses import dataclass

from tests.chaos import decision_scenes, message_scenes
from tests.chaos.scene import Scene


@dataclass(frozen=True)
class Crash:
    """A place, whose process dies there, and in which scene.

    Attributes:
        is_slow: It takes all look-ups, two and a half minutes, until everything is at rest.
    """

    point: str
    victim: str
    scene: type[Scene]
    is_slow: bool = False


CRASHES = (
    # What an agent says.
    Crash("orchestrator.messages_stored", "orchestrator", message_scenes.Say),
    Crash("gateway.messages_stored", "gateway", message_scenes.Say),
    Crash("orchestrator.work_claimed", "orchestrator", message_scenes.Say),
    Crash("adapter.claimed", "slack", message_scenes.Say),
    Crash("adapter.claimed", "gmail", message_scenes.SayByMail),
    Crash("slack.part_posted", "slack", message_scenes.SayAtLength),
    Crash("gmail.drafted", "gmail", message_scenes.SayByMail),
    Crash("gmail.draft_noted", "gmail", message_scenes.SayByMail),
    Crash("gmail.draft_sent", "gmail", message_scenes.SayByMail),
    Crash("adapter.sent", "slack", message_scenes.Say),
    Crash("adapter.sent", "gmail", message_scenes.SayByMail),
    Crash("adapter.send_recorded", "slack", message_scenes.Say),
    Crash("orchestrator.work_done", "orchestrator", message_scenes.Say),
    Crash("orchestrator.recording_outcomes", "orchestrator", message_scenes.Say),
    Crash("orchestrator.outcomes_recorded", "orchestrator", message_scenes.SayByMail),
    Crash("orchestrator.falling_back", "orchestrator", message_scenes.FallBack),
    Crash("adapter.looked_up", "slack", message_scenes.LoseAnAnswer),
    Crash("gmail.draft_taken_back", "gmail", message_scenes.LoseADraft, is_slow=True),
    Crash("orchestrator.waking_parked", "orchestrator", message_scenes.WaitForTheChannel),
    Crash("orchestrator.acknowledged", "orchestrator", message_scenes.SayToTheWeb),
    Crash("orchestrator.giving_up_on_silence", "orchestrator", message_scenes.SayToASilentClient),
    Crash("orchestrator.webhook_ready", "orchestrator", message_scenes.Hook),
    Crash("orchestrator.webhook_posted", "orchestrator", message_scenes.Hook),
    # What an agent asks.
    Crash("orchestrator.request_stored", "orchestrator", decision_scenes.AskAnew),
    Crash("gateway.request_stored", "gateway", decision_scenes.AskAnew),
    Crash("adapter.card_claimed", "slack", decision_scenes.AskAnew),
    Crash("adapter.card_claimed", "gmail", decision_scenes.Ask),
    Crash("orchestrator.escalating", "orchestrator", decision_scenes.Escalate),
    Crash("orchestrator.escalated", "orchestrator", decision_scenes.Escalate),
    Crash("orchestrator.expiring", "orchestrator", decision_scenes.Expire),
    Crash("orchestrator.expired", "orchestrator", decision_scenes.Expire),
    # What a person answers.
    Crash("orchestrator.deciding", "orchestrator", decision_scenes.Ask),
    Crash("orchestrator.answer_recorded", "orchestrator", decision_scenes.Ask),
    Crash("gateway.answer_recorded", "gateway", decision_scenes.Ask),
    Crash("gateway.link_answer_recorded", "gateway", decision_scenes.AnswerByLink),
    Crash("gateway.frame_carried_out", "gateway", decision_scenes.AnswerBySocket),
    Crash("adapter.items_stored", "slack", decision_scenes.AnswerByClick),
    Crash("gateway.webhook_handled", "gateway", decision_scenes.AnswerByClick),
    Crash("adapter.items_taken", "slack", decision_scenes.AnswerByClick),
    Crash("orchestrator.hearing_items", "orchestrator", decision_scenes.AnswerByClick),
    Crash("orchestrator.items_heard", "orchestrator", decision_scenes.AnswerByClick),
    Crash("adapter.items_ingested", "gmail", decision_scenes.AnswerByMail),
    Crash("gmail.storing_mail", "gmail", decision_scenes.AnswerByMail),
    Crash("gmail.mail_stored", "gmail", decision_scenes.AnswerByMail),
    # What an operator does.
    Crash("gmail.token_refreshed", "gmail", message_scenes.RefreshMailTokens),
    Crash("slack.token_rotated", "slack", message_scenes.RotateTokens),
)
