"""Checks blocks and views as Slack does, and fills in the ids that it fills in."""

import copy
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

from parley_sandbox.slack.blocks import MESSAGE_BLOCKS, VIEW
from parley_sandbox.slack.errors import SlackError, invalid
from parley_sandbox.slack.rules import problem

# Slack does not document this total; users report msg_blocks_too_long from about here on.
MAX_TOTAL_CHARACTERS = 13_200
Block = dict[str, Any]


def check_blocks(blocks: Any) -> list[Block]:
    """Return blocks with ids filled in; raises SlackError `invalid_blocks` or `…_too_long`."""
    wrong = MESSAGE_BLOCKS(blocks, "/blocks") or _check_relations(blocks, "/blocks")
    if wrong:
        raise invalid("invalid_blocks", *wrong)
    if sum(len(text) for text in _texts(blocks)) > MAX_TOTAL_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return fill_ids(blocks)


def check_view(view: Any) -> dict[str, Any]:
    """Return a view with ids filled in; raises SlackError `invalid_arguments`."""
    wrong = VIEW(view, "/view") or _check_relations(view["blocks"], "/view/blocks")
    if not wrong and view["type"] == "modal" and "submit" not in view:
        has_input = any(block["type"] == "input" for block in view["blocks"])
        wrong = problem("missing required field: submit", "/view") if has_input else []
    if wrong:
        raise invalid("invalid_arguments", *wrong)
    return {**view, "blocks": fill_ids(view["blocks"])}


def _check_relations(blocks: list[Block], pointer: str) -> list[str]:
    """Check what spans more than one field: unique ids, a section's content."""
    repeated = [
        found
        for block_id, times in Counter(b["block_id"] for b in blocks if "block_id" in b).items()
        if times > 1
        for found in problem(f"block_id already exists: {block_id}", pointer)
    ]
    return repeated + [
        p for i, block in enumerate(blocks) for p in _check_block(block, f"{pointer}/{i}")
    ]


def _check_block(block: Block, pointer: str) -> list[str]:
    if block["type"] == "section" and not (block.get("text") or block.get("fields")):
        return problem("must provide text or fields", pointer)
    if block["type"] == "image" and ("image_url" in block) == ("slack_file" in block):
        return problem("must provide either image_url or slack_file", pointer)
    ids = Counter(e["action_id"] for e in elements_of(block) if "action_id" in e)
    repeated = [action_id for action_id, times in ids.items() if times > 1]
    if repeated:
        return problem(f"action_id already exists: {repeated[0]}", pointer)
    return [p for e in elements_of(block) for p in _check_element(e, pointer)]


def _check_element(element: Block, pointer: str) -> list[str]:
    if element["type"] not in {"static_select", "multi_static_select"}:
        return []
    if ("options" in element) == ("option_groups" in element):
        return problem("must provide either options or option_groups", pointer)
    return []


def elements_of(block: Block) -> list[Block]:
    """Return the interactive elements of a block."""
    if block["type"] == "actions":
        return list(block["elements"])
    found = [block.get("accessory"), block.get("element")]
    return [element for element in found if element]


def fill_ids(blocks: list[Block]) -> list[Block]:
    """Return a copy in which every block and element has its id, as Slack returns it."""
    filled = copy.deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return filled


def _texts(value: Any) -> Iterator[str]:
    """Yield every text that people can read."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            else:
                yield from _texts(item)
