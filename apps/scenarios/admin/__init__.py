"""Admin pages of scenarios, their tags and their versions."""

from apps.scenarios.admin.scenarios import OpenFilter, ScenarioAdmin
from apps.scenarios.admin.versions import ScenarioChangeAdmin, ScenarioVersionAdmin, TagAdmin

__all__ = ["OpenFilter", "ScenarioAdmin", "ScenarioChangeAdmin", "ScenarioVersionAdmin", "TagAdmin"]
