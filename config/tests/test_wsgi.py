"""API requests skip the middleware for pages, and no other."""

import pytest
from django.conf import settings

from config import wsgi


def test_what_is_left_out_is_there_to_be_left_out() -> None:
    """Fails once the settings lack one of them; docs/adr/0005 says why it is skipped."""
    assert set(settings.MIDDLEWARE) >= wsgi.FOR_PAGES


def test_in_production_the_api_alone_has_the_shorter_way(settings, monkeypatch) -> None:
    settings.DEBUG, built = False, []
    monkeypatch.setattr(wsgi, "WSGIHandler", lambda: built.append(list(settings.MIDDLEWARE)))
    everything = list(settings.MIDDLEWARE)
    wsgi.Application()
    pages, api = built
    assert pages == settings.MIDDLEWARE == everything
    assert api == [name for name in everything if name not in wsgi.FOR_PAGES]


def test_in_development_pages_of_the_api_have_what_pages_need(settings) -> None:
    settings.DEBUG = True
    application = wsgi.Application()
    assert application._api is application._pages


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "is_page"), [("/admin/", True), ("/api/v2/threads/", False), ("/api/docs/", False)])
def test_each_address_goes_its_way(settings, path: str, is_page: bool, monkeypatch) -> None:
    settings.DEBUG = False
    application, went = wsgi.Application(), []
    monkeypatch.setattr(application, "_pages", lambda environ, start: went.append("pages") or [])
    monkeypatch.setattr(application, "_api", lambda environ, start: went.append("api") or [])
    application({"PATH_INFO": path}, None)
    assert went == ["pages" if is_page else "api"]
