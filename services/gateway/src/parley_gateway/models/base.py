"""What all documents share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Json = dict[str, Any]


class Received(BaseModel):
    """A document from a client: no unknown fields, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shown(BaseModel):
    """A document for a client; describes it in OpenAPI."""

    model_config = ConfigDict(frozen=True)


def shown_as(*examples: Json) -> ConfigDict:
    """A model's configuration with whole documents as examples."""
    return ConfigDict(json_schema_extra={"examples": list(examples)})


def _without_controls(value: str) -> str:
    if any(ord(letter) < ord(" ") or letter == "\x7f" for letter in value):
        raise ValueError("must not contain control characters")
    return value


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    return value


Line = Annotated[str, AfterValidator(_without_controls)]
Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[Line, Field(min_length=1, max_length=100)]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Seq = Annotated[int, Field(ge=0, le=2**53)]
