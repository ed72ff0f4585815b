"""Somebody who keeps writing with the old service's own statements while a test does something to the tables."""

import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from sqlalchemy import event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tests.legacy.service import engine_on
from tests.legacy.service_models import Activity, Category, RubricQuestion, Scenario, Subcategory, Tag, User

# Some password's hash in the old format; making one for each user would take longer than the write.
HASH = "$pbkdf2-sha256$29000$l1JK6X3vnRPifG.tldKaEw$hQi/Iggza4elo5SD0saJTYPU5K1NfgPGYOsJXB6T600"

Write = Callable[[Session], None]


class Writer:
    """Writes `per_second` times a second from a thread with one connection of its own, until the block ends.

    It adds, changes and deletes rows of its own in all eight tables, and switches the first scenario off and on.
    `seconds` has the time of each statement, `errors` what went wrong (it goes on), `writes` the number of committed
    transactions, and `rows` table > the ids that it wrote, deleted ones included; the rows of activity_categories,
    which have no id, are under their activities.
    """

    def __init__(self, database_url: str, *, per_second: float = 10) -> None:
        self.seconds: list[float] = []
        self.errors: list[Exception] = []
        self.rows: dict[str, set[int]] = defaultdict(set)
        self.writes = 0
        self._pause_s = 1 / per_second
        self._stop = threading.Event()
        self._committed = threading.Condition()
        self._engine = engine_on(database_url)
        event.listen(self._engine, "before_cursor_execute", self._started)
        event.listen(self._engine, "after_cursor_execute", self._ended)
        self._thread = threading.Thread(target=self._run, name="writer")

    @property
    def slowest(self) -> float:
        """The time of the slowest statement, in seconds."""
        return max(self.seconds, default=0.0)

    def wait_for(self, more: int, *, timeout_s: float = 30) -> None:
        """Return once it has committed that many further writes."""
        with self._committed:
            wanted = self.writes + more
            assert self._committed.wait_for(lambda: self.writes >= wanted, timeout_s), self.errors

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._engine.dispose()

    def _started(self, connection: Any, *rest: Any) -> None:
        connection.info["started"] = time.perf_counter()

    def _ended(self, connection: Any, *rest: Any) -> None:
        self.seconds.append(time.perf_counter() - connection.info["started"])

    def _run(self) -> None:
        due = time.monotonic()
        for write in _writes():
            self._commit(write)
            due += self._pause_s
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return

    def _commit(self, write: Write) -> None:
        written: set[tuple[str, int]] = set()

        def remember(session: Session, context: Any) -> None:
            rows = itertools.chain(session.new, session.dirty, session.deleted)
            written.update((row.__tablename__, row.id) for row in rows)

        try:
            with Session(self._engine) as session:
                event.listen(session, "after_flush", remember)
                write(session)
                session.commit()
        except SQLAlchemyError as error:
            self.errors.append(error)
            return
        with self._committed:
            for table, pk in written:
                self.rows[table].add(pk)
            self.writes += 1
            self._committed.notify_all()


class _Round:
    """Somebody registers and authors an activity, and goes over all of it once more."""

    def __init__(self) -> None:
        self.name = f"writer {secrets.token_hex(6)}"

    def register(self, session: Session) -> None:
        session.add(User(username=self.name, email=f"{self.name}@example.org", password=HASH, role="admin"))

    def change_user(self, session: Session) -> None:
        session.scalars(select(User).filter_by(username=self.name)).one().role = "student"

    def add_scenario(self, session: Session) -> None:
        texts = {"scenario_text": self.name, "additional_instructions": "", "communication_preferences": None}
        scenario = Scenario(**texts, enable=True, role="", openid=f"asst_{secrets.token_hex(12)}")
        scenario.tags, scenario.questions = [Tag(tag="written")], [RubricQuestion(question="Asked?")]
        session.add(scenario)

    def change_scenario(self, session: Session) -> None:
        scenario = self._scenario(session)
        scenario.communication_preferences = "Speaks slowly"
        scenario.openid = f"asst_{secrets.token_hex(12)}"
        scenario.tags, scenario.questions = [Tag(tag="changed")], [RubricQuestion(question="Changed?")]

    def switch_the_first_scenario(self, session: Session) -> None:
        first = session.scalars(select(Scenario).order_by(Scenario.id).limit(1)).one()
        first.enable = not first.enable

    def add_category(self, session: Session) -> None:
        criterion = Subcategory(name="Greets", marking_instructions="A greeting")
        session.add(Category(name=self.name, total_required_to_pass=-1, subcategories=[criterion]))

    def change_category(self, session: Session) -> None:
        self._category(session).total_required_to_pass = 1

    def add_activity(self, session: Session) -> None:
        categories = [self._category(session)]
        session.add(Activity(pre_brief=self.name, character=self._scenario(session), categories=categories))

    def change_activity(self, session: Session) -> None:
        session.scalars(select(Activity).filter_by(pre_brief=self.name)).one().pre_brief = f"{self.name}, changed"

    def delete_category(self, session: Session) -> None:
        session.delete(self._category(session))

    def delete_scenario(self, session: Session) -> None:
        session.delete(self._scenario(session))

    def delete_user(self, session: Session) -> None:
        session.delete(session.scalars(select(User).filter_by(username=self.name)).one())

    def _scenario(self, session: Session) -> Scenario:
        return session.scalars(select(Scenario).filter_by(scenario_text=self.name)).one()

    def _category(self, session: Session) -> Category:
        return session.scalars(select(Category).filter_by(name=self.name)).one()


def _writes() -> Iterator[Write]:
    """Without end; a round's rows go again in the next one, so that some are always there."""
    before: _Round | None = None
    while True:
        now = _Round()
        yield from (now.register, now.add_scenario, now.add_category, now.add_activity)
        if before:
            yield from (before.delete_category, before.delete_scenario, before.delete_user)
        yield from (now.change_user, now.change_scenario, now.switch_the_first_scenario)
        yield from (now.change_category, now.change_activity)
        before = now
