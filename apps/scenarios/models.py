"""Scenario models: scenarios, their tags and their versions."""

import hashlib
import json
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.core.history.changes import Change
from apps.core.history.recorded import Recorded
from apps.core.models import Timestamped
from apps.core.visibility import VisibleByRole
from apps.scenarios.fact_words import facts_in_words
from apps.scenarios.shown import LANGUAGE_MAX, OLDEST, TITLE_MAX, first_line, shown_patient


class ScenarioChange(Change):
    """A recorded change to a scenario or a tag."""

    class Meta(Change.Meta):
        db_table = "scenario_changes"
        verbose_name = "change to patients"
        verbose_name_plural = "changes to patients"


class ScenarioQuerySet(VisibleByRole["AssistantScenario"]):
    def visible_to_students(self) -> "ScenarioQuerySet":
        """Enabled scenarios."""
        return self.filter(enable=True)

    def archived(self) -> "ScenarioQuerySet":
        """Those in the archive. Whatever enables one, also the old service, takes it out."""
        return self.filter(archived_at__isnull=False, enable=False)

    def current(self) -> "ScenarioQuerySet":
        """All others."""
        return self.filter(models.Q(archived_at__isnull=True) | models.Q(enable=True))


class AssistantScenario(Recorded, Timestamped):
    """A scenario: a virtual patient. The old API also calls it "character"."""

    changes = ScenarioChange
    unrecorded = ("openid",)
    words = {
        "communication_preferences": "Manner",
        "role": "Avatar",
        "scenario_text": "Who the patient is",
        "enable": "Open to students",
        "additional_instructions": "What the patient says and knows",
        "archived_at": "Archived",
    }
    readers = {"additional_instructions": facts_in_words}
    # What a version has only where it is not empty, so that scenarios without them keep the versions that they had
    # before the columns were there.
    later_content = ("setting", "language", "diagnosis")

    scenario_text = models.TextField(help_text="Who the patient is and why they come. Shown to students.")
    additional_instructions = models.TextField(
        blank=True,
        default="",
        help_text="What the patient knows, one fact on each line: “Opening: …”, “- topic, words: …”, "
        "“- [locked] topic: …” (told only when asked for). Hidden from students.",
    )
    enable = models.BooleanField(default=True, help_text="Whether students can talk with this patient.")
    role = models.TextField(
        blank=True, default="", help_text="The avatar: Adult Man, Elderly Woman, Toddler and so on, or none."
    )
    openid = models.TextField(
        blank=True, default="", editable=False, help_text="The id of the patient's current version."
    )
    communication_preferences = models.TextField(
        null=True, blank=True, help_text="The patient's manner: how they speak, what they hold back."
    )
    setting = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Where and how patient and student meet, as the patient knows it. Empty: a first consultation, the "
        "student in the clinician's place. Hidden from students.",
    )
    content_warning = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What students are told beforehand if the conversation may distress them. Shown to students.",
    )
    language = models.CharField(
        max_length=LANGUAGE_MAX,
        blank=True,
        default="",
        db_default="",
        help_text="The language that the patient speaks whatever the student speaks, in English, such as “German”. "
        "Empty: the student's. Hidden from students.",
    )
    diagnosis = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What the student should find out, with its other names, separated by commas. The patient never "
        "names it; the examiner knows it. Hidden from students.",
    )
    case_notes = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What the examiner should know of the case, such as what has to be asked and why. The patient never "
        "knows it. Hidden from students.",
    )

    title = models.CharField(
        max_length=TITLE_MAX,
        blank=True,
        default="",
        db_default="",
        help_text="What lists call the patient. Empty: the first line of the text. Shown to students.",
    )
    name = models.CharField(
        max_length=TITLE_MAX,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: the name that the text begins with, as in “Ann Lee, 41, a cook”, if its second line begins "
        "with it again. Shown to students.",
    )
    age = models.SmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(OLDEST)],
        help_text="In years. Empty: the age after that name. Shown to students.",
    )

    archived_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was put into the archive."
    )

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        db_table = "assistant_scenarios"
        base_manager_name = "objects"
        ordering = ["id"]
        verbose_name = "patient"

    def __str__(self) -> str:
        return self.shown_title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; one that is enabled leaves the archive for good."""
        if self.enable and self.archived_at:
            self.archived_at = None
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "archived_at"}
        super().save(*args, **kwargs)

    @property
    def is_archived(self) -> bool:
        """As `ScenarioQuerySet.archived`."""
        return self.archived_at is not None and not self.enable

    @property
    def shown_title(self) -> str:
        """The title, or else the first line of `scenario_text`; lists and threads show it."""
        return self.title or first_line(self.scenario_text)

    @property
    def shown(self) -> dict[str, Any]:
        """Title, name and age as v2 shows them."""
        return shown_patient(scenario_text=self.scenario_text, title=self.title, name=self.name, age=self.age)

    def content(self) -> dict[str, Any]:
        """The fields that decide how the patient is played; a change to one makes a new version."""
        content = {
            "scenario_text": self.scenario_text,
            "additional_instructions": self.additional_instructions,
            "role": self.role,
            "communication_preferences": self.communication_preferences or "",
        }
        later = {name: getattr(self, name) for name in self.later_content}
        return {**content, **{name: text for name, text in later.items() if text}}

    @property
    def examiner_notes(self) -> str:
        """What the examiner is told of the case: the diagnosis and the case notes."""
        return "\n\n".join(filter(None, [self.diagnosis and f"Diagnosis: {self.diagnosis}", self.case_notes]))


class PictureQuerySet(VisibleByRole["ScenarioPicture"]):
    def visible_to_students(self) -> "PictureQuerySet":
        """Pictures of enabled scenarios."""
        return self.filter(scenario__in=AssistantScenario.objects.visible_to_students())


class ScenarioPicture(Recorded):
    """The picture of a scenario, as it was sent. Its history has the digest instead of the content."""

    changes = ScenarioChange
    belongs_to = "scenario_id"
    unrecorded = ("content",)
    words = {"digest": "Fingerprint of the picture"}

    scenario = models.OneToOneField(
        AssistantScenario, on_delete=models.CASCADE, primary_key=True, related_name="picture"
    )
    content = models.BinaryField()
    content_type = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    width = models.PositiveSmallIntegerField(help_text="In pixels.")
    height = models.PositiveSmallIntegerField(help_text="In pixels.")
    updated_at = models.DateTimeField(auto_now=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        db_table = "scenario_pictures"
        base_manager_name = "objects"
        ordering = ["scenario_id"]
        verbose_name = "picture of a patient"
        verbose_name_plural = "pictures of patients"

    def __str__(self) -> str:
        return f"{self.content_type}, {self.width} × {self.height} pixels"


class TagQuerySet(VisibleByRole["Tag"]):
    def visible_to_students(self) -> "TagQuerySet":
        """Tags of enabled scenarios."""
        return self.filter(scenario__in=AssistantScenario.objects.visible_to_students())


class Tag(Recorded, Timestamped):
    """A word to find scenarios by."""

    changes = ScenarioChange
    belongs_to = "scenario_id"

    tag = models.TextField(help_text="A topic, a system or a level.")
    scenario = models.ForeignKey(AssistantScenario, on_delete=models.CASCADE, related_name="tags", db_index=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        db_table = "assistant_tags"
        base_manager_name = "objects"
        ordering = ["id"]
        indexes = [models.Index(fields=["scenario"], name="assistant_tags_scenario_idx")]

    def __str__(self) -> str:
        return self.tag


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of `content` as JSON with sorted keys, so equal content has equal hashes."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class ScenarioVersion(models.Model):
    """One state of a scenario, as runs played it. It outlives the scenario."""

    scenario = models.ForeignKey(AssistantScenario, null=True, on_delete=models.SET_NULL, related_name="versions")
    number = models.PositiveIntegerField(help_text="Counts each patient's versions from 1.")
    openid = models.CharField(max_length=64, unique=True, help_text="The assistant id that the old API shows.")
    title = models.CharField(max_length=80)
    content = models.JSONField(
        help_text="scenario_text, additional_instructions, role, communication_preferences, setting?, language?, "
        "diagnosis?."
    )
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="When the patient was deleted.")

    class Meta:
        db_table = "scenario_versions"
        ordering = ["scenario_id", "number"]
        verbose_name = "version of a patient"
        verbose_name_plural = "versions of patients"
        constraints = [models.UniqueConstraint(fields=["scenario", "number"], name="one_number_per_scenario_version")]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"
