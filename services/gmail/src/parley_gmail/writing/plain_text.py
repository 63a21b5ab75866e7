"""Markdown as plain text that reads well where no HTML is shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markdown_it.tree import SyntaxTreeNode

from parley_gmail.writing.markdown import PARSER

_RULE = "-" * 20


def to_text(markdown: str) -> str:
    """Without marks; links keep their address, code is indented, tables are in columns."""
    return _blocks(SyntaxTreeNode(PARSER.parse(markdown)).children)


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> str:
    return "\n\n".join(filter(None, map(_block, nodes)))


def _block(node: SyntaxTreeNode) -> str:
    render = _RENDERERS.get(node.type)
    return render(node) if render else _inline(node.children)


def _indented(text: str, first: str, rest: str) -> str:
    """The first line with one prefix, the others with another; empty lines stay empty."""
    lines = text.split("\n")
    return "\n".join([first + lines[0], *(rest + line if line else "" for line in lines[1:])])


def _code(node: SyntaxTreeNode) -> str:
    return _indented(node.content.rstrip("\n"), "    ", "    ")


def _quote(node: SyntaxTreeNode) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))


def _bullets(node: SyntaxTreeNode) -> str:
    return "\n".join(_indented(_blocks(item.children), "- ", "  ") for item in node.children)


def _numbers(node: SyntaxTreeNode) -> str:
    start = int(node.attrs.get("start", 1))
    marks = (f"{start + at}. " for at in range(len(node.children)))
    return "\n".join(
        _indented(_blocks(item.children), mark, " " * len(mark))
        for mark, item in zip(marks, node.children, strict=True)
    )


def _table(node: SyntaxTreeNode) -> str:
    rows = [
        [_inline(cell.children) for cell in row.children]
        for part in node.children
        for row in part.children
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
    ruled = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], ruled, *lines[1:]])


def _inline(nodes: Iterable[SyntaxTreeNode]) -> str:
    return "".join(map(_span, nodes))


def _span(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type == "link":
        text, address = _inline(node.children), str(node.attrs.get("href", ""))
        is_itself = text in {address, address.removeprefix("mailto:")}
        return text if is_itself else f"{text} ({address})"
    return _inline(node.children) if node.children else node.content


_RENDERERS: dict[str, Callable[[SyntaxTreeNode], str]] = {
    "fence": _code,
    "code_block": _code,
    "blockquote": _quote,
    "bullet_list": _bullets,
    "ordered_list": _numbers,
    "table": _table,
    "hr": lambda _node: _RULE,
}
