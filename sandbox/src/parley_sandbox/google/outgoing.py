"""The rules that Gmail applies to a message before it sends it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, formataddr, getaddresses

from parley_sandbox.google.errors import GoogleError, invalid
from parley_sandbox.google.mime import Field, Mail, join_fields, replace_field, split_fields
from parley_sandbox.people import Person, base_address

MAX_BYTES = 36_700_160
MAX_RECIPIENTS = 500
_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_RECIPIENTS = ("To", "Cc", "Bcc")
_ONCE = ("From", "To", "Cc", "Bcc", "Subject", "Reply-To", "Sender")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A checked message: the sender's copy, what travels, and to whom."""

    own_copy: Mail
    travelling: bytes
    recipients: tuple[str, ...]


def check_outgoing(raw: bytes, sender: Person, now: float, message_id: str) -> Outgoing:
    """Apply Gmail's rules; raises GoogleError 400 or 413.

    Gmail sets its own Message-ID, adds a missing Date, and replaces a From that is not the
    account's own address, keeping the display name.
    """
    if not raw.strip():
        raise invalid(
            "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
        )
    if len(raw) > MAX_BYTES:
        raise GoogleError(413, "Message exceeded the maximum size limit.", "uploadTooLarge")
    fields, rest = split_fields(raw)
    _check_once(fields)
    mail = Mail(join_fields(fields, rest))
    recipients = _recipients(mail)
    fields = replace_field(fields, "From", _from(mail, sender))
    fields = replace_field(fields, "Message-ID", message_id)
    if not mail.header("date"):
        date = format_datetime(datetime.fromtimestamp(now, tz=UTC))
        fields = replace_field(fields, "Date", date)
    public = replace_field(fields, "Bcc", None)
    return Outgoing(Mail(join_fields(fields, rest)), join_fields(public, rest), recipients)


def _check_once(fields: list[Field]) -> None:
    for name in _ONCE:
        if sum(field.name == name.lower() for field in fields) > 1:
            raise invalid(f"Invalid {name} header")


def _recipients(mail: Mail) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _RECIPIENTS:
        value = mail.header(name)
        if value:
            found |= dict.fromkeys(_addresses(value, name, lambda address: address))
    if not found:
        raise invalid("Recipient address required")
    if len(found) > MAX_RECIPIENTS:
        raise invalid("Too many recipients in this message")
    return tuple(found)


def _addresses(value: str, name: str, key: Callable[[str], str]) -> list[str]:
    pairs = getaddresses([value])
    # A group or an undisclosed list has no address; everything else must have a plain one.
    if not pairs or not all(_ADDRESS.match(address) for _, address in pairs):
        raise invalid(f"Invalid {name} header")
    return [key(address) for _, address in pairs]


def _from(mail: Mail, sender: Person) -> str:
    value = mail.header("from")
    if not value:
        return formataddr((sender.name, sender.email))
    pairs = getaddresses([value])
    if len(pairs) != 1 or not _ADDRESS.match(pairs[0][1]):
        raise invalid("Invalid From header")
    name, address = pairs[0]
    own = base_address(address) == sender.email and "+" not in address
    return formataddr((name, address if own else sender.email))
