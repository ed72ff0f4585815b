"""All consultation skills, with compiled patterns."""

import re
from collections.abc import Mapping

from openai_emulator.examiner.skill import Skill
from openai_emulator.examiner.skills_of_asking import ASKING
from openai_emulator.examiner.skills_of_telling import TELLING

SKILLS: Mapping[str, Skill] = {**ASKING, **TELLING}
COMPILED = {name: {label: re.compile(cue) for label, cue in skill.cues.items()} for name, skill in SKILLS.items()}
NAMED = {name: re.compile(rf"\b(?:{skill.named})(?!\w)", re.IGNORECASE) for name, skill in SKILLS.items()}
