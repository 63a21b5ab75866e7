"""Small rules from which the Block Kit limits are put together.

A rule takes a value and its JSON pointer and returns what is wrong with it, as Slack words it.
"""

from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any, str], list[str]]


def problem(message: str, pointer: str) -> list[str]:
    """Return one complaint in Slack's form."""
    return [f"{message} [json-pointer:{pointer}]"]


def string(longest: int, shortest: int = 1) -> Rule:
    """A string of a limited number of characters."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, str):
            return problem("must be a string", pointer)
        if len(value) < shortest:
            return problem(f"must be more than {shortest - 1} characters", pointer)
        if len(value) > longest:
            return problem(f"must be less than {longest + 1} characters", pointer)
        return []

    return check


def url(longest: int = 3_000) -> Rule:
    """An absolute web address."""
    length = string(longest)

    def check(value: Any, pointer: str) -> list[str]:
        wrong = length(value, pointer)
        if wrong or value.startswith(("http://", "https://", "mailto:", "slack://")):
            return wrong
        return problem("must be a valid URL", pointer)

    return check


def one_of(*allowed: str) -> Rule:
    """A word of a closed list."""

    def check(value: Any, pointer: str) -> list[str]:
        if value in allowed:
            return []
        return problem(f"must be one of {', '.join(allowed)}", pointer)

    return check


def kind(expected: type, name: str) -> Rule:
    """A value of a JSON type; `true` is no number."""

    def check(value: Any, pointer: str) -> list[str]:
        is_bool = isinstance(value, bool)
        if isinstance(value, expected) and (expected is bool or not is_bool):
            return []
        return problem(f"must be {name}", pointer)

    return check


boolean = kind(bool, "a boolean")
integer = kind(int, "an integer")
anything: Rule = lambda _value, _pointer: []  # noqa: E731


def array(item: Rule, most: int, fewest: int = 1) -> Rule:
    """A list of a limited number of items."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, list):
            return problem("must be an array", pointer)
        if len(value) < fewest:
            return problem(f"no less than {fewest} items allowed", pointer)
        if len(value) > most:
            return problem(f"no more than {most} items allowed", pointer)
        return [p for i, entry in enumerate(value) for p in item(entry, f"{pointer}/{i}")]

    return check


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with exactly these fields; Slack refuses others."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, dict):
            return problem("must provide an object", pointer)
        missing = [
            found
            for name in required
            if name not in value
            for found in problem(f"missing required field: {name}", pointer)
        ]
        return missing + [p for k, v in value.items() for p in _field(known, k, v, pointer)]

    return check


def _field(known: Mapping[str, Rule], name: str, value: Any, pointer: str) -> list[str]:
    if name not in known:
        return problem(f"invalid additional property: {name}", pointer)
    return known[name](value, f"{pointer}/{name}")


def typed(kinds: Mapping[str, Rule], noun: str) -> Rule:
    """An object whose `type` picks its rule."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, dict):
            return problem("must provide an object", pointer)
        if value.get("type") not in kinds:
            return problem(f"unsupported {noun} type: {value.get('type')}", pointer)
        body = {k: v for k, v in value.items() if k != "type"}
        return kinds[value["type"]](body, pointer)

    return check
