"""Headers of every answer: policy, no sniffing, nothing kept behind the sign-in."""

from dataclasses import replace

import pytest

from registry import create_app

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # the CSRF check over TLS reads it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
ADDRESSES = (
    *("/", "/sign-in", "/livez", "/readyz", "/patients/", "/patients/N-001", "/no-such-page"),
    *("/static/app.css", "/static/none.css", "/admin/users", "/sign-out"),
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_every_answer_carries_the_headers(signed_in, address, method):
    answer = signed_in("alice").open(address, method=method)
    answer.close()
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", [a for a in ADDRESSES if not a.startswith("/static")])
def test_nothing_but_static_files_may_be_kept(signed_in, address):
    for client_answer in (signed_in("alice").get(address), signed_in("adam").get(address)):
        assert client_answer.headers["Cache-Control"] == "no-store"


def test_a_figure_may_be_kept_by_its_reader_only_and_is_asked_for_again(signed_in):
    answer = signed_in("alice").get("/patients/N-001/figures/trajectory.svg")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]


def test_a_kept_figure_is_not_given_to_somebody_else(signed_in):
    address = "/patients/N-001/figures/trajectory.csv"
    tag = signed_in("alice").get(address).headers["ETag"]
    again = {"If-None-Match": tag}
    assert signed_in("alice").get(address, headers=again).status_code == 304
    assert signed_in("charlie").get(address, headers=again).status_code == 404


def test_the_answer_says_nothing_about_the_server(client):
    answer = client.get("/no-such-page", follow_redirects=True)
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


def test_production_asks_browsers_to_keep_to_https(settings, token_of):
    app = create_app(
        replace(settings, production=True, secure_cookies=True, trusted_hosts=("registry.example",))
    )
    client = app.test_client()
    answer = client.get("/sign-in", base_url="https://registry.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-registry=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    app.extensions["registry_engine"].dispose()


def test_a_host_that_is_not_ours_is_refused(settings):
    app = create_app(replace(settings, trusted_hosts=("registry.example",)))
    client = app.test_client()
    assert client.get("/sign-in", base_url="http://registry.example").status_code == 200
    for host in ("evil.example", "registry.example.evil.example", "registry.example@evil.example"):
        answer = client.get("/sign-in", headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
    app.extensions["registry_engine"].dispose()
