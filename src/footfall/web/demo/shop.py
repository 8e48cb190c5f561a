"""The demo shop's pages: listing, product, cart, checkout, newsletter, routes, and a mail."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Template

from footfall import accounts, contacts, identity, pipeline
from footfall.accounts import Account
from footfall.contacts import ContactChange
from footfall.kit import Connection, Refused, make_uuid, now
from footfall.web.demo.products import CATALOG, PRODUCTS, Product
from footfall.web.parts import Parts, parts_of

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/demo", include_in_schema=False, sync_to_thread=True)
def show_listing(
    request: Request[object, object, State], category: FromQuery[str] = ""
) -> Template:
    shown = [product for product in PRODUCTS if category in ("", product.category)]
    categories = list(dict.fromkeys(product.category for product in PRODUCTS))
    return _page(request, "listing", products=shown, categories=categories, category=category)


@get("/demo/{category:str}/{sku:str}", include_in_schema=False, sync_to_thread=True)
def show_product(
    request: Request[object, object, State], category: FromPath[str], sku: FromPath[str]
) -> Template:
    # A mailing's marks may follow a bare "&": they are no part of the product's name.
    product = CATALOG.get(sku.partition("&")[0])
    if product is None or product.category != category:
        raise NotFoundException(f"there is no product {sku}")
    prices = {p.sku: p.price for p in PRODUCTS}
    return _page(request, "product", product=product, prices=prices)


@get("/demo/cart", include_in_schema=False, sync_to_thread=True)
def show_cart(request: Request[object, object, State]) -> Template:
    return _page(request, "cart", catalog={p.sku: p._asdict() for p in PRODUCTS})


@get("/demo/checkout", include_in_schema=False, sync_to_thread=True)
def show_checkout(request: Request[object, object, State]) -> Template:
    return _page(request, "checkout", catalog={p.sku: p._asdict() for p in PRODUCTS})


@get("/demo/newsletter", include_in_schema=False, sync_to_thread=True)
def show_newsletter(request: Request[object, object, State]) -> Template:
    return _page(request, "newsletter")


@get("/demo/guide", include_in_schema=False, sync_to_thread=True)
def show_guide(request: Request[object, object, State]) -> Template:
    """A small single-page application: its routes change without loading."""
    return _page(request, "guide")


@get("/demo/guide/{route:path}", include_in_schema=False, sync_to_thread=True)
def show_guide_route(request: Request[object, object, State], route: FromPath[str]) -> Template:  # noqa: ARG001
    """Any of its routes, loaded afresh: the page reads the address itself."""
    return _page(request, "guide")


@get("/demo/mail", include_in_schema=False, sync_to_thread=True)
def show_mail(request: Request[object, object, State], email: FromQuery[str] = "") -> Template:
    """Acts as a mail in somebody's inbox, so it carries no snippet."""
    links = []
    if email:
        parts, account = parts_of(request.app.state), _demo_account(request)
        with parts.database.read() as connection:
            found = contacts.find_contact_by_email(connection, account.account, email)
        if found:
            links = [_mail_link(request, found.contact, product) for product in PRODUCTS[:3]]
    return Template(
        "demo/mail.html",
        context={"email": email, "links": links, "products": PRODUCTS[:3]},
    )


@post("/demo/newsletter", include_in_schema=False, sync_to_thread=True, status_code=200)
def sign_up(request: Request[object, object, State], data: Form) -> Response[dict[str, Any]]:
    """What a shop's server does on a sign-up: upsert the contact, hand the id to the page."""
    parts, account = parts_of(request.app.state), _demo_account(request)
    change = ContactChange(
        fields={"name": data.get("name", "")} if data.get("name") else {},
        tags=("NEWSLETTER",),
        opt_ins={"email": "unconfirmed"},
        source="newsletter form of the demo shop",
    )
    try:
        with parts.database.write() as connection:
            found, _is_new = contacts.upsert_contact(
                connection, account.account, data.get("email", ""), change
            )
    except Refused as error:
        return Response({"error": str(error)}, status_code=400)
    return Response({"contactId": found.contact})


@post("/demo/checkout", include_in_schema=False, status_code=200)
async def place_order(
    request: Request[object, object, State], data: Form
) -> Response[dict[str, Any]]:
    parts, account = parts_of(request.app.state), _demo_account(request)
    try:
        with parts.database.write() as connection:
            contact, hit, order = _order(connection, account, data)
    except Refused as error:
        return Response({"error": str(error)}, status_code=400)
    await parts.commit.accept([hit])
    return Response({"contactId": contact, "order": order})


def _order(connection: Connection, account: Account, data: dict[str, str]) -> tuple[str, Any, str]:
    skus = [sku for sku in data.get("skus", "").split(",") if sku in CATALOG]
    if not skus:
        raise Refused("the cart is empty")
    change = ContactChange(
        fields={"name": data["name"]} if data.get("name") else {},
        tags=("CUSTOMER",),
        source="checkout of the demo shop",
    )
    found, _is_new = contacts.upsert_contact(
        connection, account.account, data.get("email", ""), change
    )
    order = make_uuid()[:8]
    details = {
        "value": sum(CATALOG[sku].price for sku in skus),
        "currency": "EUR",
        "products": ",".join(skus),
        "externalId": order,
        "detail1": ", ".join(CATALOG[sku].name for sku in skus),
    }
    visitor = identity.server_visitor(found.contact)
    hit = pipeline.make_server_hit(
        account.smid, visitor, "external", "PURCHASE", make_uuid(), now(), details
    )
    return found.contact, hit, order


def _mail_link(request: Request[object, object, State], contact: str, product: Product) -> str:
    base = str(request.base_url).rstrip("/")
    marks = (
        f"smclient={contact}&smconv=6f1c9c1e-6a55-4a2e-9f0e-0d1c5a7be001&smlid={product.sku}"
        f"&smpid={product.sku}&utm_source=newsletter&utm_medium=email&utm_campaign=autumn"
    )
    # A bare "&" without "?": that is how such links arrive in life.
    target = f"{base}/demo/{product.category}/{product.sku}&{marks}"
    return f"{base}/smrd.htm?url={quote(target, safe='')}"


def _page(request: Request[object, object, State], name: str, **context: Any) -> Template:
    host = request.headers.get("host", "")
    other = (
        host.replace("127.0.0.1", "localhost")
        if "127" in host
        else host.replace("localhost", "127.0.0.1")
    )
    return Template(
        f"demo/{name}.html",
        context={"smid": _demo_account(request).smid, "other": f"http://{other}", **context},
    )


def _demo_account(request: Request[object, object, State]) -> Account:
    """The account of ``demo.json``; NotFound when this installation runs without a demo."""
    parts: Parts = parts_of(request.app.state)
    path = parts.settings.data / "demo.json"
    if not (parts.settings.has_demo and path.exists()):
        raise NotFoundException("this installation runs without the demo shop")
    with parts.database.read() as connection:
        account = accounts.find_account(
            connection, msgspec.json.decode(path.read_bytes())["client_id"]
        )
    if account is None:
        raise NotFoundException("the demo account is gone")
    return account


DEMO = [
    show_listing,
    show_product,
    show_cart,
    show_checkout,
    show_newsletter,
    show_guide,
    show_guide_route,
    show_mail,
    sign_up,
    place_order,
]
