"""An action on the answer page, and its fields as a browser posts them."""

import html
import json

from tests.gateway.test_answer_page import HIDDEN

ACTION = {"tool": "deploy", "to": "production", "count": 3, "dry": False, "note": "a\nb"}


def editable(parley, action=ACTION, **more):
    return parley.orchestrator.pose(allow_edit=True, action_json=json.dumps(action), **more)


def fields_of(action):
    """The fields as a browser posts them when nothing was touched."""
    posted = {"edits": "1"}
    for name, value in action.items():
        if isinstance(value, bool):
            posted |= {f"action.{name}": "on"} if value else {}
        else:
            text = value if isinstance(value, str) else json.dumps(value, indent=2)
            posted[f"action.{name}"] = text.replace("\n", "\r\n")
    return posted


def hidden_of(page):
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page.text)}
