"""What a new channel begins with."""

import pytest

from parley_kit.clock import utc_now
from parley_orchestrator.domain.conversation import Author, Message
from parley_orchestrator.domain.recap import Recap, quoted

ANN = Author("user", "usr_ann", "Ann")
BOT = Author("agent", "agt_1", "Release *bot*")


def message(author, text, seq=1):
    return Message(f"msg_{seq}", "ses_1", seq, author, text, "", {}, "api", utc_now())


def test_it_says_who_said_what_and_what_waits():
    said = [message(BOT, "Shall I deploy **1.4**?", 1), message(ANN, "After lunch,\nplease.", 2)]
    assert Recap("usr_ann", "", said, questions=["Delete the `staging` database?"]).text() == (
        "*You continue this conversation here.* What was said last:\n\n"
        "- **Release \\*bot\\*:** Shall I deploy 1.4?\n"
        "- **You:** After lunch, please.\n\n"
        "Still open, and sent again below: “Delete the staging database?”"
    )


def test_others_are_named_and_a_cut_is_told():
    text = Recap("usr_bob", "Ann", [message(ANN, "Hi")], is_shortened=True).text()
    assert text.startswith("*Ann continues this conversation here.*")
    assert "- *earlier messages are left out here*\n- **Ann:** Hi" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Title\n\n- one\n- two", "Title one two"),
        ("see [the log](https://example.com/x)", "see the log"),
        ("![tracker](https://example.com/x.png)", "tracker"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("<!channel> & <@U1>", "\\<\\!channel\\> \\& \\<@U1\\>"),
        ("```\nrm -rf /\n```", "rm -rf /"),
        ("a | b \\ c", "a \\| b \\\\ c"),
    ],
)
def test_nothing_that_was_said_acts_as_markup(text, shown):
    assert quoted(text) == shown


def test_long_texts_are_cut_between_words():
    cut = quoted("word " * 100)
    assert len(cut) <= 240
    assert cut.endswith("word…")
