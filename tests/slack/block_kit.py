"""Two judges of Block Kit: slack_sdk's own models, and the documented limits as the sandbox has them."""

import json

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from parley_sandbox.slack.block_limits import check_blocks, check_view


def judged(blocks):
    """The blocks of a message, if both judges take them."""
    plain = json.loads(json.dumps(list(blocks)))
    check_blocks(plain)
    _by_sdk(plain)
    return plain


def judged_view(view):
    """A modal or a Home tab, if both judges take it."""
    plain = json.loads(json.dumps(view))
    check_view(plain)
    View(**plain).to_dict()
    _by_sdk(plain["blocks"])
    return plain


def _by_sdk(blocks):
    parsed = Block.parse_all(blocks)
    assert len(parsed) == len(blocks), "slack_sdk does not know one of the blocks"
    for block, plain in zip(parsed, blocks, strict=True):
        again = block.to_dict()  # validates, and so do the objects within
        assert _kinds(again) == _kinds(plain)


def _kinds(value):
    """Every `type` within, in order: nothing was dropped on the way through the models."""
    if isinstance(value, list):
        return [kind for item in value for kind in _kinds(item)]
    if not isinstance(value, dict):
        return []
    inner = [kind for name in sorted(value) for kind in _kinds(value[name])]
    return [value["type"], *inner] if "type" in value else inner


def elements(post):
    """The interactive elements of a message."""
    return [e for b in post.blocks if b["type"] == "actions" for e in b["elements"]]


def words(post):
    """What a message shows beside its controls, as one JSON text."""
    return json.dumps([b for b in post.blocks if b["type"] != "actions"], ensure_ascii=False)
