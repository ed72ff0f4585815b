from apps.openai_integration.models.answers import ExaminerAnswer
from apps.openai_integration.models.evaluations import Evaluation, Mark
from apps.openai_integration.models.keys import IdempotencyKey
from apps.openai_integration.models.ledger import ToldFact
from apps.openai_integration.models.pauses import ModelPause
from apps.openai_integration.models.reports import ReplyReport
from apps.openai_integration.models.reviews import SettledDoubt
from apps.openai_integration.models.rubrics import FrozenRubric
from apps.openai_integration.models.threads import Message, Run, Thread
from apps.openai_integration.models.usage import Usage
from apps.openai_integration.models.welfare import WelfareFlag, WelfareLook

__all__ = [
    "Evaluation",
    "ExaminerAnswer",
    "FrozenRubric",
    "IdempotencyKey",
    "Mark",
    "Message",
    "ModelPause",
    "ReplyReport",
    "Run",
    "SettledDoubt",
    "Thread",
    "ToldFact",
    "Usage",
    "WelfareFlag",
    "WelfareLook",
]
