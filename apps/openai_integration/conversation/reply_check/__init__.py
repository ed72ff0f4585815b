"""Whether a reply is one that the patient may give, and what happens to one that is not."""

from apps.openai_integration.conversation.reply_check.check import ReplyCheck
from apps.openai_integration.conversation.reply_check.fallbacks import FALLBACKS, REMINDERS, fallback_reply

__all__ = ["FALLBACKS", "REMINDERS", "ReplyCheck", "fallback_reply"]
