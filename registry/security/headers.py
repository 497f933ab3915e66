"""Response headers: a strict content policy, and nothing kept by browsers behind sign-in."""

from flask import Flask, Response, request

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# matplotlib writes style attributes; opened on its own, the picture may use them and nothing else.
FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
ONE_YEAR = 31_536_000


def init_app(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer."""
    fixed = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "X-Frame-Options": "DENY",
    }
    if https:
        fixed["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"

    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers[name] = value
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        # Not setdefault: a file sent by Flask would say "public" as a static one does.
        if request.endpoint != "static" and not response.cache_control.private:
            response.headers["Cache-Control"] = "no-store"
            response.headers.pop("Expires", None)
        return response

    app.after_request(add)
