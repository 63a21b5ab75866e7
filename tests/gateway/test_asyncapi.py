"""The AsyncAPI document: valid by its own schema, complete, served, and true to its examples."""

import json
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from tests.frame_schemas import FrameSchemas
from tests.gateway.socket_talk import asked, greeted, heard, said
from tests.gateway.suite import ADMIN

from parley_gateway.asyncapi import document
from parley_gateway.websocket import frames

SCHEMA = Path(__file__).parents[2] / ".venv/npm/node_modules/@asyncapi/specs/schemas/3.0.0.json"
DOCUMENT = document("https://chat.example.com")
MESSAGES = DOCUMENT["components"]["messages"]


def test_it_is_a_valid_document():
    if not SCHEMA.exists():
        pytest.skip("AsyncAPI's schema is not here; `scripts/find_tools.py` gets it with npm")
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    assert [error.message for error in validator.iter_errors(DOCUMENT)] == []


def references(value):
    if isinstance(value, dict) and "$ref" in value:
        yield value["$ref"]
    parts = value.values() if isinstance(value, dict) else value
    for each in parts if isinstance(value, dict | list) else ():
        yield from references(each)


def test_every_reference_leads_somewhere():
    for reference in set(references(DOCUMENT)):
        found = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


@pytest.mark.parametrize("name", MESSAGES)
def test_examples_are_true(name):
    schemas = FrameSchemas(DOCUMENT)
    for example in MESSAGES[name]["examples"]:
        schemas._check(name, example["payload"])


@pytest.mark.parametrize("name", MESSAGES)
def test_a_frame_without_its_parts_is_none(name):
    """A schema that takes everything would let every other test of frames pass."""
    schemas = FrameSchemas(DOCUMENT)
    for example in MESSAGES[name]["examples"]:
        for member in example["payload"]:
            if member not in {"id", "idempotency_key", "resume", "value", "request_status"}:
                short = {key: each for key, each in example["payload"].items() if key != member}
                with pytest.raises(AssertionError):
                    schemas._check(name, short)


def test_every_frame_that_is_taken_is_described_and_its_example_is_taken():
    taken = {get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(frames.Frame)}
    received = {
        operation["messages"][0]["$ref"].rpartition("/")[2]
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == "receive"
    }
    assert received == taken
    for name in taken:
        for example in MESSAGES[name]["examples"]:
            assert frames.parsed(json.dumps(example["payload"])).type == name


async def test_it_is_served_and_shown(parley):
    served = (await parley.http.get("/asyncapi.json")).json()
    assert served["servers"]["gateway"]["protocol"] == "ws"
    assert set(served["components"]["messages"]) == set(MESSAGES)
    page = (await parley.http.get("/docs")).text
    assert "/asyncapi.json" in page
    for words in ("preferences.update", "frames from the server", "heartbeat_seconds"):
        assert words in page


async def test_frames_are_as_described(parley, ann):
    """Those that a fake orchestrator can cause; the acceptance tests see the rest."""
    schemas = FrameSchemas(DOCUMENT)
    async with parley.socket() as socket:
        schemas.heard(await greeted(socket))
        for frame in (
            {"type": "ping", "id": 1},
            {"type": "ack", "id": "a", "session_id": "ses_1", "seq": 0},
            {"type": "preferences.update", "id": 2, "channels": ["slack"]},
            {"type": "channel.switch", "session_id": "ses_9", "channel": "slack"},
        ):
            schemas.sent(frame)
            schemas.heard(await asked(socket, **frame))
        await said(socket, type="nonsense")
        schemas.heard(await heard(socket))
    assert {"welcome", "pong", "ok", "error"} <= schemas.seen


async def test_the_documents_are_for_everybody(parley):
    for path in ("/openapi.json", "/asyncapi.json", "/docs"):
        plain = await parley.http.get(path)
        signed_in = await parley.http.get(path, headers=ADMIN)
        assert (plain.status_code, plain.text) == (200, signed_in.text)
