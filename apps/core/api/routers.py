"""URLs of viewsets."""

from rest_framework.routers import SimpleRouter


class Router(SimpleRouter):
    """Accepts every route with and without its trailing slash, and does not redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"
