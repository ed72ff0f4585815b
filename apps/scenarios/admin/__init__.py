"""Admin pages of scenarios, their tags and their versions."""

from apps.scenarios.admin.scenarios import ScenarioAdmin
from apps.scenarios.admin.versions import ScenarioChangeAdmin, ScenarioVersionAdmin, TagAdmin

__all__ = ["ScenarioAdmin", "ScenarioChangeAdmin", "ScenarioVersionAdmin", "TagAdmin"]
