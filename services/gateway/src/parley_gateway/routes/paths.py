"""Path and query values that several routes take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path, Query

ID = r"^[A-Za-z0-9_.:-]{1,100}$"

Identifier = Annotated[str, Path(pattern=ID)]
ChannelPath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
QueryId = Annotated[str, Query(pattern=r"^[A-Za-z0-9_.:-]{0,100}$")]
After = Annotated[int, Query(ge=0, le=2**53, description="Only what has a larger seq.")]
Limit = Annotated[int | None, Query(ge=1, le=200)]
WaitSeconds = Annotated[float, Query(ge=0, le=60, description="How long to wait for news.")]
PageToken = Annotated[str, Query(pattern=r"^[\x21-\x7e]{0,512}$")]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]
