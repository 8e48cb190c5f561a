"""Calls that are not supported yet say so by name, in the wire's own form."""

from __future__ import annotations

from litestar import Response, post

from footfall.web.compat.envelope import Answer, fail


@post(
    ["/api/contact/{call:path}", "/api/v2/{call:path}"],
    status_code=200,
    include_in_schema=False,
    sync_to_thread=False,
)
def answer_unsupported(call: str) -> Response[Answer]:
    return Response(fail(f"{call.strip('/')[:100]} is not supported yet"))
