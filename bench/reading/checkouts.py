"""Turns a checkout of a public parser's repository into a folder of mails with expected texts.

    python -m bench.reading.checkouts talon CHECKOUT FOLDER
    python -m bench.reading.checkouts email_reply_parser CHECKOUT FOLDER

Nothing of those repositories is kept here: the expectations are taken from their own tests.
"""

import html
import importlib.util
import json
import re
import sys
import types
from pathlib import Path

# What the tests of email_reply_parser assert, as line numbers of the mail. Left out: the three
# mails answered below or between quotes, where that library keeps the quotes in the text.
EMAIL_REPLY_PARSER = {
    "correct_sig": (1, 1), "email_1_1": (1, 5), "email_1_3": (1, 3), "email_1_4": (1, 1),
    "email_1_5": (1, 17), "email_1_7": (1, 1), "email_2_1": (1, 1), "email_2_2": (1, 1),
    "email_2_3": (1, 1), "email_BlackBerry": (1, 1), "email_bullets": (1, 9),
    "email_iPhone": (1, 1), "email_multi_word_sent_from_my_mobile_device": (1, 1),
    "email_one_is_not_on": (1, 5), "email_sent_from_my_not_signature": (1, 3),
    "email_sig_delimiter_in_middle_of_line": (1, 7), "greedy_on": (1, 6), "pathological": (1, 2),
}  # fmt: skip
# Tests of talon's inner functions, or of what it does on purpose and Parley does not: keep a
# forwarded mail, a signature, or a quote that a person set, cut a name above a drawn line.
TALON_OTHER_GOALS = {
    "test_dont_parse_quotations_for_forwarded_messages", "test_gmail_forwarded_msg",
    "test_gmail_quote_blockquote", "test_readable_html_empty", "test_regular_blockquote",
    "test_mark_message_lines", "test_process_marked_lines", "test_preprocess", "test_split_email",
    "test_validate_output_html", "test_CRLF", "test_bad_html", "test_remove_namespaces",
    "test_too_many_lines", "test_empty_body", "test_reply_quotations_share_block",
    "test_reply_separated_by_hr", "test_from_block_and_quotations_in_separate_divs",
}  # fmt: skip


def write(folder: Path, name: str, suffix: str, content: bytes, text: str, **more) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}{suffix}").write_bytes(content)
    document = {"text": text, **more}
    (folder / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def email_reply_parser(checkout: Path, folder: Path) -> None:
    for name, (first, last) in EMAIL_REPLY_PARSER.items():
        content = (checkout / "test/emails" / f"{name}.txt").read_bytes()
        lines = content.decode().replace("\r\n", "\n").split("\n")[first - 1 : last]
        write(folder, name, ".txt", content, "\n".join(line.rstrip() for line in lines))


class Recorder:
    """Stands in for talon in its own tests, and notes what they expect of which body."""

    def __init__(self):
        self.bodies: list[tuple[str, str]] = []
        self.pairs: dict[int, str] = {}

    def take(self, suffix):
        def extract(body, *_, **__):
            self.bodies.append((suffix, body))
            return f"\u27e6{len(self.bodies) - 1}\u27e7"

        return extract

    def expect(self, one, two, *_):
        for given, other in ((one, two), (two, one)):
            found = re.search("\u27e6(\\d+)\u27e7", str(given))
            if found and isinstance(other, str) and "\u27e6" not in other:
                self.pairs[int(found[1])] = other


def stub_modules(checkout: Path, recorder: Recorder) -> None:
    nose = types.ModuleType("nose")
    nose.tools = types.ModuleType("nose.tools")
    nose.tools.eq_ = recorder.expect
    for name in ("assert_false", "assert_true", "ok_"):
        setattr(nose.tools, name, lambda *_: None)
    mock = types.ModuleType("mock")
    mock.patch, mock.Mock = (
        __import__("unittest.mock").mock.patch,
        __import__("unittest.mock").mock.Mock,
    )
    six = types.ModuleType("six")
    six.text_type, six.StringIO = str, __import__("io").StringIO
    six.moves = types.ModuleType("six.moves")
    six.moves.range = range
    talon = types.ModuleType("talon")
    talon.quotations = types.SimpleNamespace(
        extract_from_plain=recorder.take(".txt"), extract_from_html=recorder.take(".html"),
        MAX_LINES_COUNT=1, html_document_fromstring=None,
    )  # fmt: skip
    talon.init = lambda: None
    talon.utils = types.SimpleNamespace(html_to_text=lambda text: text)
    parts = {"nose": nose, "nose.tools": nose.tools, "mock": mock, "six": six, "six.moves": six.moves,
             "talon": talon}  # fmt: skip
    sys.modules.update(parts)
    for package, path in (("tests", "tests"), ("tests.fixtures", "tests/fixtures")):
        spec = importlib.util.spec_from_file_location(
            package,
            checkout / path / "__init__.py",
            submodule_search_locations=[str(checkout / path)],
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules[package] = module
        spec.loader.exec_module(module)


def talon(checkout: Path, folder: Path) -> None:
    import os  # noqa: PLC0415

    os.chdir(checkout)
    recorder = Recorder()
    stub_modules(checkout, recorder)
    for file in ("text_quotations_test", "html_quotations_test"):
        module = importlib.import_module(f"tests.{file}")
        for name, test in list(vars(module).items()):
            if name.startswith("test_") and name not in TALON_OTHER_GOALS:
                run_test(recorder, folder, name, test)
    for path in sorted((checkout / "tests/fixtures/standard_replies").glob("*.eml")):
        write(folder, f"standard_{path.stem}", ".eml", path.read_bytes(), "Hello")


def run_test(recorder: Recorder, folder: Path, name: str, test) -> None:
    first = len(recorder.bodies)
    outcome = test()
    if outcome is not None:
        return  # the mails of standard_replies, taken as whole mails instead
    for number in range(first, len(recorder.bodies)):
        if number in recorder.pairs:
            suffix, body = recorder.bodies[number]
            text = recorder.pairs[number]
            is_squeezed = suffix == ".html"
            text = html.unescape(re.sub(r"<[^>]*>", "", text)) if is_squeezed else text.strip()
            write(folder, f"{name}_{number}", suffix, body.encode(), text, squeezed=is_squeezed)


if __name__ == "__main__":
    readers = {"talon": talon, "email_reply_parser": email_reply_parser}
    readers[sys.argv[1]](Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve())
