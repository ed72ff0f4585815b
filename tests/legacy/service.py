"""A stand-in for the old service: its routes, its JSON and its own SQL over its eight tables.

    python -m tests.legacy.service --database-url URL --secret-key KEY --port N

Its faults are kept where they show in what it writes or allows, not in how it failed at wrong requests. What it did
through OpenAI's Assistants API fails as it does there today, except that a scenario is still saved, with the id of an
assistant that does not exist.
"""

import argparse

from flask import Flask, Response
from gunicorn.app.base import BaseApplication
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from tests.legacy.service_routes import api


def engine_on(database_url: str) -> Engine:
    """As the old service connects; its driver did not prepare statements."""
    address = database_url.replace("postgres://", "postgresql://", 1).replace("://", "+psycopg://", 1)
    return create_engine(address, connect_args={"prepare_threshold": None})


def create_app(database_url: str, secret_key: str) -> Flask:
    """The service on that database; made in the process that serves, since it opens its connections."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = secret_key
    app.extensions["session"] = scoped_session(sessionmaker(engine_on(database_url)))
    app.register_blueprint(api)

    @app.after_request
    def name_the_service(response: Response) -> Response:
        response.headers["X-Served-By"] = "flask"
        return response

    @app.teardown_appcontext
    def give_back(error: BaseException | None) -> None:
        app.extensions["session"].remove()

    return app


class Server(BaseApplication):
    """gunicorn with two sync workers, which is what the old service ran under."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"127.0.0.1:{self.options.port}")
        self.cfg.set("workers", self.options.workers)
        self.cfg.set("control_socket_disable", True)

    def load(self) -> Flask:
        return create_app(self.options.database_url, self.options.secret_key)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.legacy.service")
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--secret-key", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=2)
    Server(parser.parse_args()).run()


if __name__ == "__main__":
    main()
