"""The documents that the gateway answers, with made-up values."""

NOW = "2026-11-23T10:00:00Z"
_AUTHOR = {"kind": "agent", "id": "agt_1", "name": "Bot"}


def problem(status, code, detail="Refused.", **more):
    document = {"type": f"urn:parley:problem:{code}", "title": "Refused", "status": status}
    return {**document, "code": code, "detail": detail, **more}


def agent(id_, body):
    secrets = {"key": "key-canary", "webhook_secret": "whsec_canary"}
    return {"id": id_, "webhook_url": None, "created_at": NOW, **secrets, **body}


def user(id_, body):
    blank = dict.fromkeys(("email", "slack_user_id", "slack_team_id", "timezone"))
    return {"id": id_, "created_at": NOW, **blank, **body}


def session(id_, body):
    return {
        "id": id_,
        "agent": {"id": "agt_1", "name": "Bot"},
        "participants": [{"user_id": each, "name": "Ann"} for each in body["user_ids"]],
        "title": body.get("title", ""),
        "metadata": body.get("metadata") or {},
        "channel": None,
        "used_channels": [],
        "last_seq": 0,
        "created_at": NOW,
    }


def message(id_, session_id, seq, body):
    return {
        "id": id_,
        "session_id": session_id,
        "seq": seq,
        "author": _AUTHOR,
        "text": body["text"],
        "reply_to": body.get("reply_to"),
        "metadata": body.get("metadata") or {},
        "channel": "api",
        "created_at": NOW,
    }


def event(session_id, seq, kind, data):
    return {"session_id": session_id, "seq": seq, "kind": kind, "data": data, "created_at": NOW}


def question(id_, session_id, body):
    return {
        "id": id_,
        "session_id": session_id,
        "seq": 1,
        "options": [],
        "schema": None,
        "action": None,
        "digest": "d",
        "status": "pending",
        "response": None,
        "cards": [],
        "respondents": [],
        "required_approvals": 1,
        "approvals": 0,
        "escalation": [],
        "min_assurance": "link",
        "expires_at": None,
        "created_at": NOW,
        "resolved_at": None,
        **body,
    }


def response(value, comment=None):
    who = {"user_id": "usr_1", "user_name": "Ann", "channel": "slack", "assurance": "slack"}
    return {"value": value, "comment": comment, "responded_at": NOW, **who}


def delivery(message_id):
    attempt = dict.fromkeys(("code", "detail", "next_step", "connection_id"))
    attempt |= {"number": 1, "started_at": NOW, "finished_at": NOW, "outcome": "sent"}
    return {
        "id": "dlv_1",
        "kind": "message",
        "session_id": "ses_1",
        "user_id": "usr_1",
        "subject_id": message_id,
        "channel": "slack",
        "state": "sent",
        "explanation": "",
        "next_attempt_at": None,
        "attempts": [attempt],
        "fallback_of": None,
        "created_at": NOW,
        "updated_at": NOW,
    }
