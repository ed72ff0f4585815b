"""What everyone in the tables asks about: a small school in which every hidden field holds a word of its own."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.openai_integration.marking.decisions import Decision
from apps.openai_integration.marking.evaluators import EVALUATORS
from apps.openai_integration.models import Evaluation, Mark, ReplyReport, Thread, Usage
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.reviews import ReviewService
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import set_picture
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.scenarios.tests.samples import picture
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from apps.users.tokens import access_token, tokens_for

# Name > claimed and approved role.
PEOPLE = {
    "student": ("student", None),
    "owner": ("student", None),
    "other": ("student", None),
    "claims_admin": ("admin", None),
    "claims_instructor": ("instructor", None),
    "instructor": ("instructor", "instructor"),
    "admin": ("admin", "admin"),
}
UNAPPROVED = ("claims_admin", "claims_instructor")


@dataclass
class World:
    """`ids` fill the blanks of addresses; `words` are what students must not read, but for the one it belongs to."""

    people: dict[str, User] = field(default_factory=dict)
    refresh: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, APIClient] = field(default_factory=dict)

    def secret(self, what: str, *, of: str = "") -> str:
        """A word for a hidden field; `of` names the only student who may read it."""
        word = f"private{of}{what}" if of else f"hidden{what}"
        self.words[word] = of
        return word

    def client(self, who: str) -> APIClient:
        """Signed in as one of PEOPLE, or as nobody."""
        if who not in self._clients:
            self._clients[who] = APIClient()
            if who != "nobody":
                self._clients[who].credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(self.people[who])}")
        return self._clients[who]

    def address(self, path: str) -> str:
        return path.format(**self.ids)


def make_world() -> World:
    """A student with a thread, a run and two evaluations; another student; an enabled scenario, and one that is not."""
    world = World()
    for name, (role, approved) in PEOPLE.items():
        # The name of who overrode a mark is shown to its student.
        username = name.title() if name == "instructor" else world.secret("name", of=name)
        email = f"{world.secret('email', of=name)}@example.org"
        user = UserFactory.create(username=username, email=email, role=role, approved_role=approved)
        world.people[name], world.ids[name] = user, user.pk
        world.refresh[name] = tokens_for(user)["refresh"]
    activity = _teaching(world)
    _hidden_teaching(world)
    _thread(world, activity)
    _open_thread(world, activity)
    _thread_of_another(world, activity)
    _preview(world, activity)
    Usage.objects.create(run_id=world.ids["run"], model="test", outcome=Usage.ANSWERED)
    return world


def _teaching(world: World) -> Activity:
    scenario = AssistantScenarioFactory.create(
        additional_instructions=world.secret("earlierfacts"), communication_preferences=world.secret("manner")
    )
    scenario.additional_instructions = world.secret("facts")
    scenario.save()
    world.words[scenario.openid] = ""
    question = RubricQuestionFactory.create(scenario=scenario, question=world.secret("question"))
    tag = TagFactory.create(scenario=scenario)
    set_picture(scenario.pk, picture("png"))
    category = CategoryFactory.create()
    criteria = [
        SubCategoryFactory.create(category=category, marking_instructions=world.secret(f"marking{n}")) for n in range(2)
    ]
    activity, another = (ActivityFactory.create(character=scenario, categories=[category]) for _ in range(2))
    version = scenario.versions.latest("number").number
    rows = {"scenario": scenario, "question": question, "tag": tag, "category": category, "criterion": criteria[0]}
    rows |= {"activity": activity, "another_activity": another}
    world.ids |= {name: row.pk for name, row in rows.items()} | {"version": version}
    return activity


def _hidden_teaching(world: World) -> None:
    """A scenario that is not enabled, with an activity of its own."""
    disabled: AssistantScenario = AssistantScenarioFactory.create(
        enable=False,
        role=world.secret("disabledrole"),
        scenario_text=world.secret("disabledtext"),
        additional_instructions=world.secret("disabledfacts"),
        communication_preferences=world.secret("disabledmanner"),
    )
    world.words[disabled.openid] = ""
    set_picture(disabled.pk, picture("png"))
    tag = TagFactory.create(scenario=disabled, tag=world.secret("disabledtag"))
    RubricQuestionFactory.create(scenario=disabled, question=world.secret("disabledquestion"))
    activity = ActivityFactory.create(character=disabled, pre_brief=world.secret("disabledbrief"))
    archived: AssistantScenario = AssistantScenarioFactory.create(enable=False, archived_at=timezone.now())
    world.words[archived.openid] = ""
    world.ids |= {
        "archived": archived.pk,
        "disabled": disabled.pk,
        "disabled_tag": tag.pk,
        "disabled_activity": activity.pk,
    }


def _thread(world: World, activity: Activity) -> None:
    """The owner's: a turn and its reply, a turn without, markings of both kinds, and one that is not released."""
    owner = world.people["owner"]
    thread = ThreadFactory.create(student=owner, activity=activity, title=world.secret("title", of="owner"))
    said = MessageFactory.create(thread=thread, content=world.secret("words", of="owner"))
    checks = [{"attempt": 1, "rule": world.secret("check"), "action": "regenerated"}]
    run = RunFactory.create(thread=thread, user_message=said, status="completed", checks=checks)
    reply = MessageFactory.create(thread=thread, run=run, role="assistant", content=world.secret("reply", of="owner"))
    report = ReplyReport.objects.create(message=reply, reason=world.secret("complaint", of="owner"))
    last = MessageFactory.create(thread=thread)
    world.ids |= {"reply": reply.pk, "report": report.pk, "said": last.pk}
    # What the old addresses ask to have marked is the same as this, and is answered from it.
    marked = [
        _completed(
            EvaluationService.create_evaluation(
                thread=thread, student=owner, kind=kind, last=last, activity=activity, scenario=activity.character
            )
        )
        for kind, last in (("categories", 40), ("questions", 30))
    ]
    comment = world.secret("mark", of="owner")
    first, mark = marked[0].marks.order_by("position")
    ReviewService.review(
        evaluation=marked[0], by=world.people["instructor"], decisions=[Decision(first, score=1, comment=comment)]
    )
    unreleased = EvaluationFactory.create(thread=thread, status="completed", title=world.secret("unreleased"))
    world.ids |= {"thread": thread.pk, "run": run.pk, "evaluation": marked[0].pk, "mark": mark.pk}
    world.ids |= {"unreleased": unreleased.pk, "questions_evaluation": marked[1].pk}


def _open_thread(world: World, activity: Activity) -> None:
    """A second thread of the owner's, in which the patient is about to answer."""
    thread = ThreadFactory.create(student=world.people["owner"], activity=activity)
    world.ids["open_run"] = RunFactory.create(thread=thread).pk


def _thread_of_another(world: World, activity: Activity) -> None:
    thread: Thread = ThreadFactory.create(
        student=world.people["other"], activity=activity, title=world.secret("title", of="other")
    )
    said = MessageFactory.create(thread=thread, content=world.secret("words", of="other"))
    run = RunFactory.create(
        thread=thread, user_message=said, status="failed", error_detail="The patient could not answer."
    )
    MessageFactory.create(thread=thread, run=run, role="assistant", content=world.secret("reply", of="other"))
    _completed(EvaluationService.create_evaluation(thread=thread, student=world.people["other"]))
    world.ids["other_thread"] = thread.pk


def _preview(world: World, activity: Activity) -> None:
    """An instructor who is none of PEOPLE tries the patient."""
    author = UserFactory.create(instructor=True)
    preview = ThreadFactory.create(student=author, activity=activity, title=world.secret("previewtitle"), preview=True)
    world.ids["preview"] = preview.pk


def _completed(evaluation: Evaluation) -> Evaluation:
    """As a worker leaves it."""
    criteria = EVALUATORS[evaluation.kind](evaluation.rubric).criteria
    token = evaluation.claim()
    assert token is not None
    for position, criterion in enumerate(criteria):
        Mark.objects.create(evaluation=evaluation, criterion_id=criterion.id, position=position, score=2, model_score=2)
    evaluation.finish(token, status="completed", now=timezone.now(), total_score=2 * len(criteria), passed=True)
    evaluation.refresh_from_db()
    return evaluation
