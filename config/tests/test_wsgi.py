"""API requests skip the middleware for pages, and no other."""

import pytest
from django.conf import settings

from config import wsgi


def test_the_skipped_middleware_is_in_the_settings() -> None:
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


def test_in_development_the_api_gets_the_middleware_of_pages(settings) -> None:
    settings.DEBUG = True
    application = wsgi.Application()
    assert application._api is application._pages


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "is_page"), [("/admin/", True), ("/api/v2/threads/", False), ("/api/docs/", False)])
def test_each_path_gets_its_middleware(settings, path: str, is_page: bool, monkeypatch) -> None:
    settings.DEBUG = False
    application, went = wsgi.Application(), []
    monkeypatch.setattr(application, "_pages", lambda environ, start: went.append("pages") or [])
    monkeypatch.setattr(application, "_api", lambda environ, start: went.append("api") or [])
    application({"PATH_INFO": path}, None)
    assert went == ["pages" if is_page else "api"]
