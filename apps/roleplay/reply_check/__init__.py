"""Checks whether a student may see a reply, and supplies a fallback for one that fails."""

from apps.roleplay.reply_check.check import ReplyCheck
from apps.roleplay.reply_check.fallbacks import FALLBACKS, REMINDERS, fallback_reply

__all__ = ["FALLBACKS", "REMINDERS", "ReplyCheck", "fallback_reply"]
