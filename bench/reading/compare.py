"""Exact visible texts on a folder of mails: Parley against the public libraries.

    python -m bench.reading.compare FOLDER [FOLDER…] [--libraries PYTHON] [--show] [--out FILE]

A folder holds ``NAME.eml``, ``NAME.txt`` or ``NAME.html`` with ``NAME.json`` beside it:
``{"text": …}``, and where they are known ``"kind"`` and ``"decision"``. Or one ``expected.json``
is a list of these, each with its ``"file"``.
"""

import argparse
import json
import re
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

from parley_gmail.reading.reader import read

HERE = Path(__file__).parent
HEAD = b"From: Ann <ann@example.com>\nTo: agent@example.com\nSubject: Re: x\nIn-Reply-To: <a@b>\n"
TYPES = {".txt": b"text/plain", ".html": b"text/html"}


def mails(folder):
    for path in sorted(folder.rglob("*.json")):
        if path.name == "expected.json":
            yield from ((path.parent / want["file"], want) for want in json.loads(path.read_text()))
            continue
        for suffix in (".eml", ".txt", ".html"):
            if (mail := path.with_suffix(suffix)).exists():
                yield mail, json.loads(path.read_text())


def as_mail(path):
    content = path.read_bytes()
    if path.suffix == ".eml":
        return content
    head = HEAD + b"MIME-Version: 1.0\nContent-Type: " + TYPES[path.suffix] + b"; charset=utf-8\n"
    return head + b"Content-Transfer-Encoding: 8bit\n\n" + content


def as_body(path):
    """What the libraries take: a decoded body."""
    if path.suffix != ".eml":
        text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        return {"kind": "html" if path.suffix == ".html" else "plain", "body": text}
    try:
        part = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(
            ("plain", "html")
        )
        text = part.get_content().replace("\r\n", "\n") if part else ""
        return {
            "kind": "html" if part and part.get_content_subtype() == "html" else "plain",
            "body": text,
        }
    except Exception:  # noqa: BLE001  # the strict parser raises many kinds on real mails
        return {"kind": "plain", "body": ""}


def strict(text):
    """Line by line, without trailing space."""
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def loose(text):
    """Without regard to white space."""
    return re.sub(r"\s+", "", text)


def libraries(python, bodies):
    given = "".join(json.dumps(body) + "\n" for body in bodies)
    run = subprocess.run(
        [python, str(HERE / "libraries.py")],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def score(folder, python, show):
    everything = list(mails(folder))
    cases = [(path, want) for path, want in everything if "text" in want]
    readings = [read(as_mail(path)) for path, _ in cases]
    answers = [{"parley": reading.text} for reading in readings]
    if python:
        found = libraries(python, [as_body(path) for path, _ in cases])
        for answer, more in zip(answers, found, strict=True):
            answer.update(more)
    result = {"mails": len(cases), "exact": {}, "exact_ignoring_white_space": {}}
    for name in answers[0]:
        same = [
            (loose if want.get("squeezed") else strict)(answer[name])
            == (loose if want.get("squeezed") else strict)(want["text"])
            for answer, (_, want) in zip(answers, cases, strict=True)
        ]
        spaceless = [
            loose(a[name]) == loose(want["text"])
            for a, (_, want) in zip(answers, cases, strict=True)
        ]
        result["exact"][name] = round(sum(same) / len(cases), 4)
        result["exact_ignoring_white_space"][name] = round(sum(spaceless) / len(cases), 4)
    readings = [read(as_mail(path)) for path, _ in everything]
    result.update(beyond_text(everything, readings))
    if show:
        report(everything, readings)
    return result


def beyond_text(cases, readings):
    """Kinds and decisions, where the folder tells them."""
    pairs = list(zip((want for _, want in cases), readings, strict=True))
    kinds = [(want["kind"], reading.kind) for want, reading in pairs if "kind" in want]
    decisions = [
        (want["decision"], reading.decision) for want, reading in pairs if "decision" in want
    ]
    found = {}
    if kinds:
        same = sum(one == two for one, two in kinds)
        found |= {"mails_with_kind": len(kinds), "right_kind": round(same / len(kinds), 4)}
    if decisions:
        found["false_decisions"] = sum(bool(two) and one != two for one, two in decisions)
        found["missed_decisions"] = sum(bool(one) and not two for one, two in decisions)
    return found


def report(cases, readings):
    for (path, want), reading in zip(cases, readings, strict=True):
        title = f"{path} {want.get('name', '')}"
        compare = loose if want.get("squeezed") else strict
        if "text" in want and compare(reading.text) != compare(want["text"]):
            print(f"--- {title}\n{reading.text!r}\n{want['text']!r}")
        if "kind" in want and want["kind"] != reading.kind:
            print(f"--- {title}: kind {reading.kind}, not {want['kind']}")
        if "decision" in want and want["decision"] != reading.decision:
            print(
                f"--- {title}: decision {reading.decision!r}, not {want['decision']!r}: {reading.text[:80]!r}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--libraries", help="a Python whose environment has the libraries")
    parser.add_argument("--show", action="store_true", help="print each mail that is read wrongly")
    parser.add_argument("--out", type=Path, help="write the result there as JSON")
    given = parser.parse_args()
    results = {folder.name: score(folder, given.libraries, given.show) for folder in given.folders}
    document = json.dumps(results, indent=2)
    print(document)
    if given.out:
        given.out.write_text(document + "\n")


if __name__ == "__main__":
    main()
