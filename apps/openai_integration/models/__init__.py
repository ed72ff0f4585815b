from apps.openai_integration.models.conversation import Message, Run, Thread
from apps.openai_integration.models.marking import Evaluation, Mark
from apps.openai_integration.models.usage import Usage

__all__ = ["Evaluation", "Mark", "Message", "Run", "Thread", "Usage"]
