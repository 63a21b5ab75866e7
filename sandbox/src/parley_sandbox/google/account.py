"""users.getProfile, history, labels, watch and stop."""

from typing import Any

from parley_sandbox.google.calls import MailCall, page
from parley_sandbox.google.errors import invalid, not_found
from parley_sandbox.google.mailbox import SYSTEM_LABELS, Change, Watch
from parley_sandbox.google.resources import Resource

WATCH_SECONDS = 7 * 86_400
_FIELDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


def get_profile(call: MailCall) -> Resource:
    """GetProfile."""
    messages = call.mailbox.messages.values()
    return {
        "emailAddress": call.mailbox.email,
        "messagesTotal": len(messages),
        "threadsTotal": len({m.thread_id for m in messages}),
        "historyId": str(call.mailbox.history_id),
    }


def list_history(call: MailCall) -> Resource:
    """history.list: changes after `startHistoryId`; 404 when that is too old or unknown."""
    start = call.text("startHistoryId")
    if not start:
        raise invalid("Missing startHistoryId")
    if not call.mailbox.history_floor <= int(start) <= call.mailbox.history_id:
        raise not_found()
    kinds = {kind.lower() for kind in call.query.get("historyTypes", [])}
    label = call.text("labelId")
    wanted = [
        change
        for change in call.mailbox.history
        if change.id > int(start)
        and (not kinds or change.kind.lower() in kinds)
        and (not label or label in (*change.labels, *change.changed))
    ]
    changes, more = page(call, wanted)
    # A page without changes has no `history` at all.
    shown = {"history": [_change(c) for c in changes]} if changes else {}
    return shown | more | {"historyId": str(call.mailbox.history_id)}


def _change(change: Change) -> Resource:
    short = {"id": change.message_id, "threadId": change.thread_id}
    detail: dict[str, Any] = {"message": short | {"labelIds": list(change.labels)}}
    if change.changed:
        detail["labelIds"] = list(change.changed)
    return {"id": str(change.id), "messages": [short], _FIELDS[change.kind]: [detail]}


def list_labels(call: MailCall) -> Resource:
    """labels.list."""
    system = [{"id": name, "name": name, "type": "system"} for name in SYSTEM_LABELS]
    own = [{"id": k, "name": v, "type": "user"} for k, v in call.mailbox.labels.items()]
    return {"labels": [*system, *own]}


def create_label(call: MailCall) -> Resource:
    """labels.create."""
    name = str(call.body.get("name") or "").strip()
    if not name or name in {*SYSTEM_LABELS, *call.mailbox.labels.values()}:
        raise invalid("Invalid label name")
    label_id = f"Label_{len(call.mailbox.labels) + 1}"
    call.mailbox.labels[label_id] = name
    return {"id": label_id, "name": name, "type": "user"}


def watch(call: MailCall) -> Resource:
    """Watch: pushes to the one topic that this project has, for seven days."""
    settings, now = call.google.settings, call.google.clock.now()
    topic = str(call.body.get("topicName") or "")
    if topic != settings.gmail_pubsub_topic:
        project = settings.gmail_pubsub_topic.rpartition("/")[0]
        raise invalid(f"Invalid topicName does not match {project}/*")
    behavior = call.body.get("labelFilterBehavior") or call.body.get("labelFilterAction")
    call.mailbox.watch = Watch(
        label_ids=tuple(call.body.get("labelIds") or ()),
        excludes=str(behavior or "include").lower() == "exclude",
        expires_at=now + WATCH_SECONDS,
    )
    expiration = str(int((now + WATCH_SECONDS) * 1_000))
    return {"historyId": str(call.mailbox.history_id), "expiration": expiration}


def stop(call: MailCall) -> None:
    """Stop: no more pushes; fine when there was no watch."""
    call.mailbox.watch = None
