"""Hostile values for every field of a request, from its descriptor."""

import math

from google.protobuf.descriptor import FieldDescriptor as Field

HOSTILE_TEXTS = (
    "\x00",
    "a\x00b",
    "a\r\nBcc: eve@example.com",
    "=?utf-8?q?hidden?=",
    "\u202egnp.exe",
    "\ufffe\uffff",
    "☃" * 20_000,
    "x" * 300_000,
    "{",
    "null",
    "[]",
    '{"a": 1e400}',
    '"\\ud800"',
    "[" * 300 + "]" * 300,
    '{"a":' * 70 + "1" + "}" * 70,
    "[" * 20_000,
    "../../etc/passwd",
    "' OR 1=1 --",
    "ses_" + "0" * 26,
    "%s%n{0}{{7*7}}",
    "agt_",
)
INT32 = (-1, 1, 2**31 - 1, -(2**31))
INT64 = (-1, 2**63 - 1, -(2**63))
DOUBLES = (-1.0, 60.001, math.nan, math.inf, -math.inf, 1e308)
ENUMS = (99, -1, 2**31 - 1)
BY_TYPE = {
    Field.TYPE_STRING: HOSTILE_TEXTS,
    Field.TYPE_BYTES: (b"\x00", b"\xff" * 1_000),
    Field.TYPE_INT32: INT32,
    Field.TYPE_INT64: INT64,
    Field.TYPE_DOUBLE: DOUBLES,
    Field.TYPE_ENUM: ENUMS,
    Field.TYPE_BOOL: (True,),
}
ONLY_STORED = {**BY_TYPE, Field.TYPE_STRING: HOSTILE_TEXTS[1:6]}
"""What engines take differently; all else is refused before it comes to them."""
MANY = 501


def spoiled(request, values=BY_TYPE):
    """(what was done, request) for every field, also nested ones, and every hostile value."""
    for field in request.DESCRIPTOR.fields:
        yield f"no {field.name}", _without(request, field)
        if _is_map(field):
            yield from _maps(request, field, values)
        elif field.is_repeated:
            yield from _lists(request, field, values)
        elif field.message_type is not None:
            if field.containing_oneof is None or request.HasField(field.name):
                yield from _nested(request, field, values)
        else:
            for value in values[field.type]:
                yield f"{field.name}={str(value)[:20]!r}", _with(request, field, value)


def _is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _copy(request):
    copy = type(request)()
    copy.CopyFrom(request)
    return copy


def _without(request, field):
    copy = _copy(request)
    copy.ClearField(field.name)
    return copy


def _with(request, field, value):
    copy = _copy(request)
    setattr(copy, field.name, value)
    return copy


def _maps(request, field, values):
    for text in values[Field.TYPE_STRING][:8]:
        copy = _copy(request)
        getattr(copy, field.name)[text[:1_000]] = text
        yield f"{field.name}[…]={text[:20]!r}", copy


def _lists(request, field, values):
    if field.message_type is None:
        for value in values[field.type]:
            copy = _copy(request)
            getattr(copy, field.name).append(value)
            yield f"{field.name}+={str(value)[:20]!r}", copy
    elif getattr(request, field.name):
        for what, inner in spoiled(getattr(request, field.name)[0], values):
            copy = _without(request, field)
            getattr(copy, field.name).append(inner)
            yield f"{field.name}[0].{what}", copy
    copy = _copy(request)
    one = list(getattr(copy, field.name)) or [_empty(field)]
    getattr(copy, field.name).extend(one * MANY)
    yield f"{field.name} many times", copy


def _empty(field):
    return field.message_type._concrete_class() if field.message_type else BY_TYPE[field.type][0]


def _nested(request, field, values):
    inner = getattr(request, field.name)
    for what, spoilt in spoiled(inner, values):
        copy = _copy(request)
        getattr(copy, field.name).CopyFrom(spoilt)
        yield f"{field.name}.{what}", copy
