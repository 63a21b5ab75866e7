"""The arguments and help texts of `parley`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

_DESCRIPTION = "Ask people, and tell them things, on whichever channel they answer."
_ENVIRONMENT = """\
environment:
  PARLEY_URL        the gateway (http://127.0.0.1:8000)
  PARLEY_AGENT_KEY  the agent's key; POST /api/agents answers one
"""
_ASK = """\
Ask a person and wait for the decision. Prints the question as JSON, with the
answer, who gave it and on which channel.

exit status:
  0  approved (or, for another kind than approval, answered)
  1  rejected
  2  expired or cancelled
  3  error: refused by Parley, not reachable, or wrong arguments
  4  not decided within --wait; the question stays open

examples:
  parley ask "Deploy **4.2**?" --user usr_… --expires 3600 && ./deploy.sh
  parley ask "Which region?" --user usr_… --kind choice --option eu --option us
  parley ask "Refund?" --user usr_… --action '{"order": 17}' --wait 60
"""
_WATCH = """\
Print everything that happens in a session, one JSON object a line, as it
happens. Resume with --after and the last seq that was printed.
"""
_WRONG_ARGUMENTS = 3  # 2, which argparse uses, means that a question ended without a decision


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(_WRONG_ARGUMENTS, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The parser; the result's `command` names the command."""
    top = _Parser(prog="parley", description=_DESCRIPTION, epilog=_ENVIRONMENT, **_plain())
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    _ask(commands.add_parser("ask", help="ask for a decision", description=_ASK, **_plain()))
    _send(commands.add_parser("send", help="send a message", description="Send a message."))
    _sessions(commands.add_parser("sessions", help="list sessions", description="List the newest."))
    _watch(commands.add_parser("watch", help="follow a session", description=_WATCH, **_plain()))
    return top


def _plain() -> dict[str, Any]:
    return {"formatter_class": argparse.RawDescriptionHelpFormatter}


def _ask(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("prompt", help="what to decide, in Markdown")
    _target(ask)
    kinds = ["approval", "choice", "text", "form", "comment"]
    ask.add_argument("--kind", choices=kinds, default="approval", help="default: approval")
    ask.add_argument("--option", action="append", metavar="VALUE", help="of a choice; repeat it")
    ask.add_argument("--schema", type=_json, metavar="JSON", help="of a form; @FILE reads a file")
    ask.add_argument(
        "--action", type=_json, metavar="JSON", help="what an approval releases; shown as it is"
    )
    ask.add_argument(
        "--wait", type=float, metavar="SECONDS", help="wait at most so long (until decided)"
    )
    ask.add_argument("--expires", type=float, metavar="SECONDS", help="end the question after this")
    ask.add_argument("--all", action="store_true", help="ask on all channels at once")
    ask.add_argument(
        "--remind",
        type=int,
        action="append",
        metavar="SECONDS",
        help="remind who has not answered after so long; repeat it with rising times",
    )
    ask.add_argument("--urgent", action="store_true", help="pass quiet hours")
    ask.add_argument("--dangerous", action="store_true", help="have an approval confirmed")
    ask.add_argument("--allow-edit", action="store_true", help="let people change the action")
    ask.add_argument(
        "--min-assurance",
        choices=["link", "reply", "slack", "session"],
        help="how sure it must be who answers",
    )
    _key(ask)


def _send(send: argparse.ArgumentParser) -> None:
    send.add_argument("text", help="what to say, in Markdown")
    _target(send)
    send.add_argument("--urgent", action="store_true", help="pass quiet hours")
    _key(send)


def _sessions(sessions: argparse.ArgumentParser) -> None:
    sessions.add_argument("--limit", type=int, default=20, metavar="N", help="default: 20")


def _watch(watch: argparse.ArgumentParser) -> None:
    watch.add_argument("session", help="the session's id")
    watch.add_argument("--after", type=int, default=0, metavar="SEQ", help="only what is later")
    watch.add_argument(
        "--for", type=float, dest="seconds", metavar="SECONDS", help="stop after so long in quiet"
    )


def _target(command: argparse.ArgumentParser) -> None:
    where = command.add_mutually_exclusive_group(required=True)
    where.add_argument("--session", metavar="ID", help="in this session")
    where.add_argument(
        "--user", action="append", metavar="ID", help="in a new session with this person; repeat it"
    )
    command.add_argument("--title", default="", help="of the new session")


def _key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--idempotency-key", metavar="KEY", help="running it again with this does nothing twice"
    )


def _json(text: str) -> Any:
    try:
        return json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text[1:]} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from error
