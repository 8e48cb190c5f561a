"""The web: requests of people and programs come in, pages and JSON go out."""

from __future__ import annotations

import logging
from pathlib import Path

from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.logging import LoggingConfig
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.types import ControllerRouterHandler, Logger, Scope

from footfall import __version__
from footfall.kit import FootfallError, NotFound, Refused
from footfall.web.api import API
from footfall.web.compat import COMPAT
from footfall.web.demo import DEMO
from footfall.web.metrics import METRICS
from footfall.web.panel import PANEL, count_homes_ahead, make_templates
from footfall.web.parts import Parts
from footfall.web.public import PUBLIC

__all__ = ["Parts", "count_homes_ahead", "make_web"]

HERE = Path(__file__).parent
BUILT = HERE / "static" / "build"
STYLES = HERE / "static" / "panel"

log = logging.getLogger(__name__)


def make_web(parts: Parts) -> Litestar:
    """The whole web application over these parts."""
    BUILT.mkdir(parents=True, exist_ok=True)
    return Litestar(
        route_handlers=[Router(path="/", route_handlers=_list_handlers())],
        state=State({"parts": parts}),
        template_config=TemplateConfig(
            engine=JinjaTemplateEngine.from_environment(make_templates())
        ),
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1_000, exclude=["/panel/live"]
        ),
        exception_handlers={FootfallError: _explain},
        logging_config=LoggingConfig(
            configure_root_logger=False,
            loggers={"litestar": {"level": "INFO", "handlers": [], "propagate": True}},
            log_exceptions="always",
            exception_logging_handler=_log_exception,
            # A wrong address or a refused request is no fault of ours.
            disable_stack_trace={400, 401, 403, 404, 405, 413, NotFound, Refused},
        ),
        openapi_config=OpenAPIConfig(
            title="footfall",
            version=__version__,
            path="/api/v1",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin()],  # the pages of the others come from elsewhere
            components=Components(
                security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}
            ),
        ),
        request_max_body_size=4 << 20,
    )


def _list_handlers() -> list[ControllerRouterHandler]:
    # One router around all: Litestar 2.25 wraps a handler twice for its thread when another
    # method joins the same path at the application itself, and then answers 500.
    static = create_static_files_router(
        path="/assets",
        directories=[BUILT, STYLES],
        name="assets",
        include_in_schema=False,
        cache_control=CacheControlHeader(max_age=31_536_000, immutable=True),
    )
    return [*PUBLIC, *METRICS, *API, *COMPAT, *PANEL, *DEMO, static]


def _explain(request: Request[object, object, State], error: Exception) -> Response[object]:
    """Expected errors become an answer that says what is wrong."""
    status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, Refused) else 503
    if status == 503:
        log.warning("%s %s: %s", request.method, _path_template(request.scope), error)
    if request.url.path.startswith("/api/"):
        # In the framework's own shape, so that a caller reads one kind of refusal.
        return Response({"status_code": status, "detail": str(error)}, status_code=status)
    return Response(f"{error}\n", status_code=status, media_type="text/plain")


def _log_exception(logger: Logger, scope: Scope, trace: list[str]) -> None:
    logger.error("%s %s failed\n%s", scope.get("method"), _path_template(scope), "".join(trace))


def _path_template(scope: Scope) -> str:
    """A path names contacts and visitors; its template names nobody."""
    return str(scope.get("path_template", "an unknown path"))
