"""Slack's payloads bent at random, then signed: values replaced, keys lost, bytes flipped."""

import copy
import json
from urllib.parse import parse_qs, quote, urlencode

ODD = (
    None, True, False, 0, -1, 2**63, 1e308, "", " ", "\0", "a\0b", "\u202e", "x" * 70_000, "%00", "\ufffd", "é" * 300,
    "1.000001", "9" * 60 + ".0", "-1.5", "nan", "inf", "D1:1.1", "|", "||", "fbr_x|0|approved", "home", "T0OTHER", "USLACKBOT",
    "message", "block_actions", "view_submission", "event_callback", "app_home_opened", "modal", "parley.answer.9", "parley.open.edit",
    "parley.choose.0", "parley.prefer", "'; DROP TABLE slack_inbox; --", "<!channel>", "{{7*7}}", [], {}, [[]], [None], {"": None},
    {"type": "home"}, [{"type": 7}], [[[[[[]]]]]], {"id": {"id": {"id": 1}}},
)  # fmt: skip
BYTES = (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"}", b'"', b"[" * 3000, b"\\u0000", b"\\ud800", b"&payload=", b"%", b"\r\n", b"1e999",
         b"-", b",", b"null")  # fmt: skip


def mutated(seeds, chance):
    """One `(endpoint, body)` of the seeds after one to many changes."""
    endpoint, body = chance.choice(seeds)
    payload = payload_of(endpoint, body)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        chance.choice((replace, replace, lose, cross, double, retype))(payload, seeds, chance)
    raw = body_of(endpoint, payload)
    if chance.random() < 0.2:
        raw = damaged(raw, chance)
    if chance.random() < 0.05:
        endpoint = "interactions" if endpoint == "events" else "events"
    return endpoint, raw


def payload_of(endpoint, body):
    """The JSON of a body."""
    return json.loads(body if endpoint == "events" else parse_qs(body.decode())["payload"][0])


def body_of(endpoint, payload):
    """The body of a JSON."""
    if endpoint == "events":
        return json.dumps(payload).encode()
    return urlencode({"payload": json.dumps(payload)}, quote_via=quote).encode()


def _nodes(value):
    """Every object or list with something in it, with one of its keys or indexes."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _nodes(value[key])


def _somewhere(payload, chance):
    nodes = list(_nodes(payload))
    return chance.choice(nodes) if nodes else ({"": 0}, "")


def replace(payload, _, chance):
    holder, key = _somewhere(payload, chance)
    holder[key] = copy.deepcopy(chance.choice(ODD))


def lose(payload, _, chance):
    holder, key = _somewhere(payload, chance)
    del holder[key]


def cross(payload, seeds, chance):
    """A value from anywhere in another payload."""
    holder, key = _somewhere(payload, chance)
    other, there = _somewhere(payload_of(*chance.choice(seeds)), chance)
    holder[key] = other[there]


def double(payload, _, chance):
    holder, key = _somewhere(payload, chance)
    if isinstance(holder[key], list):
        holder[key] = holder[key] * chance.choice((2, 30))
    elif isinstance(holder[key], str):
        holder[key] = holder[key][:5000] * chance.choice((2, 30))


def retype(payload, _, chance):
    """The same, as another type of JSON."""
    holder, key = _somewhere(payload, chance)
    value = holder[key]
    holder[key] = chance.choice(([value], {"value": value}, str(value)[:10_000], bool(value)))


def damaged(raw, chance):
    """Bytes put in, cut out or flipped anywhere."""
    raw = bytearray(raw)
    for _ in range(chance.choice((1, 2, 8))):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(3):
            case 0:
                raw[at:at] = chance.choice(BYTES)
            case 1:
                del raw[at : at + chance.choice((1, 2, 30))]
            case _ if at < len(raw):
                raw[at] = chance.randrange(256)
    return bytes(raw)
