"""`parley-slack render`."""

import io
import json

import pytest

from parley_sandbox.slack.block_limits import check_blocks
from parley_slack.cli import main


def test_a_file_is_rendered(tmp_path, capsys):
    path = tmp_path / "m.md"
    path.write_text("# Hi\n\n<!channel> **x**", encoding="utf-8")
    assert main(["render", str(path), "--author", "Bot"]) == 0
    (message,) = json.loads(capsys.readouterr().out)
    check_blocks(message["blocks"])
    assert message["text"] == "*Hi*\n\n&lt;!channel&gt; *x*"


def test_standard_input_is_rendered(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("hello"))
    assert main(["render", "-"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["text"] == "hello"


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe", b"x" * 40_001, None])
def test_what_cannot_be_rendered_is_told(tmp_path, capsys, content):
    path = tmp_path / "m.md"
    if content is not None:
        path.write_bytes(content)
    assert main(["render", str(path)]) == 1
    assert capsys.readouterr().err.startswith("parley-slack: ")
