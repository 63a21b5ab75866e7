"""What a person does in the page, and what of it is kept."""

KINDS = {
    "approval": {"action": {"tool": "deploy", "version": "1.0"}, "dangerous": True},
    "choice": {"options": [{"value": "a", "label": "Take A"}, {"value": "b", "label": "Take B"}]},
    "text": {},
    "comment": {},
    "form": {
        "schema": {
            "type": "object",
            "properties": {"people": {"type": "integer", "title": "People", "minimum": 1}},
            "required": ["people"],
        }
    },
}


def say(page, text):
    area = page.get_by_label("Message", exact=True)
    area.fill(text)
    area.press("Enter")


def messages(world, session):
    found = world.get(f"/api/sessions/{session['id']}/messages")["messages"]
    return [(each["author"]["kind"], each["channel"], each["text"]) for each in found]
