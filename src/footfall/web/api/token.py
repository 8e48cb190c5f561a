"""What every call shares: the account behind a bearer token, and the bounds of what is sent."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException
from litestar.params import Parameter

from footfall import accounts
from footfall.accounts import Account
from footfall.web.parts import Parts, parts_of


async def provide_account(request: Request[object, object, State], state: State) -> Account:
    """The account of ``Authorization: Bearer <api_token>``; 401 without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    account = None
    if scheme.lower() == "bearer" and token.strip():
        account = await sync_to_thread(_find, parts_of(state), token.strip())
    if account is None:
        raise NotAuthorizedException("send the header 'Authorization: Bearer <api_token>'")
    return account


def _find(parts: Parts, token: str) -> Account | None:
    with parts.database.read() as connection:
        return accounts.find_account_by_token(connection, token)


CALL: dict[str, Any] = {
    "dependencies": {"account": Provide(provide_account)},
    "security": [{"token": []}],
    "raises": [ClientException, NotAuthorizedException, NotFoundException],
}
Limit = Annotated[int, Parameter(ge=1, le=500)]
Short = Annotated[str, msgspec.Meta(max_length=255)]
