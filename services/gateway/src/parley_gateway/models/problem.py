"""The problem document (RFC 9457), as OpenAPI shows it."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from parley_gateway.models.base import Shown
from parley_gateway.problems import MEDIA_TYPE, TITLES


class ProblemDocument(Shown):
    """A refusal; more members may follow, e.g. ``field`` or ``response``."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:parley:problem:unknown_id"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["No session with the id 'ses_x'."])
    code: str = Field(description="Stable; see errors.proto.", examples=["unknown_id"])


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may refuse with these statuses."""
    return {
        status: {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in statuses
    }
