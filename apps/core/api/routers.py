"""Addresses of viewsets."""

from rest_framework.routers import SimpleRouter


class Router(SimpleRouter):
    """Every route with and without its last slash, without a redirect between them."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"
