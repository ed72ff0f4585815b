"""Detects a patient who speaks as the clinician or as the student.

One strong sign is enough. A weak one is if the reply says nothing of its speaker, or if there is another sign and "you"
is said more often than "I".
"""

from apps.core.text.patterns import lazy_pattern
from apps.roleplay.reply_check.role.clinician_signs import STRONG
from apps.roleplay.reply_check.role.weak_signs import FAINT, WEAK

SELF = lazy_pattern(r"\b(?:i|i'm|im|i've|ive|i'd|i'll|my|me|mine|myself|we|our|us)\b")
ADDRESSED = lazy_pattern(r"\b(?:you|you're|you've|you'd|you'll|your|yours|yourself)\b")
# "Tell me" says nothing of the speaker.
TO_THE_SPEAKER = lazy_pattern(r"\b(?:tell|show|give|ask|for|let|with|to) (?:me|us)\b")
# Who asks for agreement does not explain.
_TAG_QUESTION = lazy_pattern(
    r", (?:is|are|was|does|do|could|can|would|will|has|have)(?:n't)? (?:it|there|they|that|you) ?\?"
)
_STRONG = lazy_pattern(rf"\b(?:{'|'.join(STRONG)})")
_WEAK = lazy_pattern(rf"\b(?:{'|'.join(WEAK)})")
_FAINT = [lazy_pattern(rf"\b(?:{one})") for one in FAINT]


def speaks_as_clinician(spoken: str, *, retelling: bool = False) -> bool:
    """Whether a plain text, without what others are reported to have said, is a clinician's or a student's.

    `retelling` is whether the patient was asked what others have said or what is known; weak signs say nothing then.
    """
    if _STRONG.search(spoken):
        return True
    if retelling or _TAG_QUESTION.search(spoken):
        return False
    weak = {found[0] for found in _WEAK.finditer(spoken)}
    if not weak:
        return False
    own, addressed = len(SELF.findall(TO_THE_SPEAKER.sub(" ", spoken))), len(ADDRESSED.findall(spoken))
    if own == 0:
        return True
    return addressed > own and len(weak) + sum(sign.search(spoken) is not None for sign in _FAINT) >= 2
