"""Conversations, the work behind them, and their marking."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("activities", "0003_indexes"),
        ("scenarios", "0004_scenario_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LimitLockWait("user", "assistant_scenarios", "activities"),
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "title",
                    models.CharField(
                        blank=True, default="", help_text="The patient's title, as it was.", max_length=80
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        help_text="The exercise of the last run.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="threads",
                        to="activities.activity",
                    ),
                ),
                (
                    "scenario",
                    models.ForeignKey(
                        blank=True,
                        help_text="The patient of the last run.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="threads",
                        to="scenarios.assistantscenario",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        help_text="Who talks.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="threads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "threads",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("user", "student"), ("assistant", "patient")], max_length=10)),
                ("content", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(help_text="Rises strictly within a thread, in whole milliseconds."),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="openai_integration.thread",
                    ),
                ),
            ],
            options={
                "db_table": "messages",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "error_code",
                    models.CharField(
                        blank=True, default="", help_text="Why it ended otherwise than completed.", max_length=40
                    ),
                ),
                (
                    "error_detail",
                    models.CharField(blank=True, default="", help_text="The same, for a person.", max_length=300),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Calls to the model begun; ticks of a poll are not counted."
                    ),
                ),
                ("deadline_at", models.DateTimeField(help_text="The work has ended by then, whatever happens.")),
                ("next_attempt_at", models.DateTimeField(help_text="Not to be claimed before.")),
                (
                    "sent_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When a worker was last told of it."
                    ),
                ),
                ("lease_token", models.UUIDField(blank=True, help_text="Names the worker that has it.", null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("in_progress", "In Progress"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                            ("incomplete", "Incomplete"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                ("pre_brief", models.TextField(blank=True, default="", help_text="The exercise's brief, as it was.")),
                (
                    "model",
                    models.CharField(
                        blank=True, default="", help_text="The model that answered, as it names itself.", max_length=100
                    ),
                ),
                (
                    "prompt_version",
                    models.CharField(help_text="The rules of play that the patient was given.", max_length=20),
                ),
                (
                    "upstream_id",
                    models.CharField(
                        blank=True, default="", help_text="A background answer still to be fetched.", max_length=100
                    ),
                ),
                (
                    "spent_upstream_ids",
                    models.JSONField(
                        default=list,
                        help_text="Background answers that are done with here and still to be deleted at the provider.",
                    ),
                ),
                (
                    "checks",
                    models.JSONField(
                        default=list, help_text="What the check of replies turned away: a list of {attempt, rule}."
                    ),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="activities.activity",
                    ),
                ),
                (
                    "scenario_version",
                    models.ForeignKey(
                        help_text="The patient as played in this turn.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="scenarios.scenarioversion",
                    ),
                ),
                (
                    "user_message",
                    models.ForeignKey(
                        help_text="The student's turn that is answered.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="openai_integration.message",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="openai_integration.thread",
                    ),
                ),
            ],
            options={
                "db_table": "runs",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="run",
            field=models.ForeignKey(
                blank=True,
                help_text="The work that made it; a patient's turn only.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replies",
                to="openai_integration.run",
            ),
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "error_code",
                    models.CharField(
                        blank=True, default="", help_text="Why it ended otherwise than completed.", max_length=40
                    ),
                ),
                (
                    "error_detail",
                    models.CharField(blank=True, default="", help_text="The same, for a person.", max_length=300),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Calls to the model begun; ticks of a poll are not counted."
                    ),
                ),
                ("deadline_at", models.DateTimeField(help_text="The work has ended by then, whatever happens.")),
                ("next_attempt_at", models.DateTimeField(help_text="Not to be claimed before.")),
                (
                    "sent_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When a worker was last told of it."
                    ),
                ),
                ("lease_token", models.UUIDField(blank=True, help_text="Names the worker that has it.", null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("in_progress", "In Progress"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("categories", "categories of the activity"),
                            ("questions", "plain questions of the scenario"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, default="", help_text="What was marked, as it was called then.", max_length=80
                    ),
                ),
                (
                    "rubric",
                    models.JSONField(help_text="The categories with their criteria, or the questions, as they were."),
                ),
                ("rubric_hash", models.CharField(max_length=64)),
                ("transcript", models.JSONField(help_text="The turns that were marked: a list of {role, message}.")),
                ("transcript_hash", models.CharField(max_length=64)),
                ("prompt_version", models.CharField(max_length=20)),
                ("requested_model", models.CharField(max_length=100)),
                (
                    "model",
                    models.CharField(
                        blank=True, default="", help_text="The model that marked, as it names itself.", max_length=100
                    ),
                ),
                (
                    "request_hash",
                    models.CharField(help_text="The same marking asked for twice has the same one.", max_length=64),
                ),
                ("total_score", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "passed",
                    models.BooleanField(
                        blank=True, help_text="Empty: no rubric, or undecided until a person has looked.", null=True
                    ),
                ),
                ("needs_review", models.BooleanField(default=False, help_text="An instructor should look at it.")),
                ("review_reasons", models.JSONField(default=list)),
                (
                    "released_at",
                    models.DateTimeField(blank=True, help_text="From when the student sees it.", null=True),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to="activities.activity",
                    ),
                ),
                (
                    "scenario",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to="scenarios.assistantscenario",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evaluations",
                        to="openai_integration.thread",
                    ),
                ),
            ],
            options={
                "db_table": "evaluations",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=100)),
                ("outcome", models.CharField(help_text="answered, or the error's code.", max_length=40)),
                ("input_tokens", models.PositiveIntegerField(default=0)),
                ("cached_tokens", models.PositiveIntegerField(default=0)),
                ("output_tokens", models.PositiveIntegerField(default=0)),
                ("latency_ms", models.PositiveIntegerField(default=0)),
                (
                    "request_id",
                    models.CharField(
                        blank=True, default="", help_text="The provider's, for asking them.", max_length=100
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "evaluation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usage",
                        to="openai_integration.evaluation",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usage",
                        to="openai_integration.run",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "usage",
                "db_table": "usage_records",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "criterion_id",
                    models.CharField(help_text="The criterion in the frozen rubric: c12 or q5.", max_length=20),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(help_text="The criterion's place in the rubric, from 0."),
                ),
                ("score", models.PositiveSmallIntegerField(help_text="What counts.")),
                (
                    "model_score",
                    models.IntegerField(blank=True, help_text="What the model said, before it was checked.", null=True),
                ),
                (
                    "sample_scores",
                    models.JSONField(
                        default=list, help_text="What each sample was worth, where several were asked for."
                    ),
                ),
                (
                    "evidence",
                    models.JSONField(
                        default=list, help_text="Verified quotes: a list of {index, quote}; index counts turns from 0."
                    ),
                ),
                ("comment", models.TextField(blank=True, default="")),
                (
                    "rewrite_if_missing",
                    models.TextField(blank=True, default="", help_text="What the student could have said."),
                ),
                ("needs_review", models.BooleanField(default=False)),
                ("review_reason", models.CharField(blank=True, default="", max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        help_text="The instructor who overrode; empty: the model.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="marks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="openai_integration.evaluation",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        help_text="The mark it overrides.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replaced_by",
                        to="openai_integration.mark",
                    ),
                ),
            ],
            options={
                "db_table": "marks",
                "ordering": ["evaluation_id", "position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", True)),
                        fields=("evaluation", "criterion_id"),
                        name="one_first_mark_per_criterion",
                    ),
                    models.CheckConstraint(condition=models.Q(("score__lte", 2)), name="mark_score_0_to_2"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["student", "-created_at"], name="threads_by_student_idx"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status__in", ("queued", "in_progress"))),
                fields=["next_attempt_at"],
                name="runs_open_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["thread", "-created_at"], name="runs_by_thread_idx"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("queued", "in_progress"))),
                fields=("thread",),
                name="one_open_run_per_thread",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["queued", "in_progress", "completed", "failed", "cancelled", "expired", "incomplete"],
                    )
                ),
                name="run_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("run",), name="one_reply_per_run"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("thread", "created_at"), name="one_message_per_millisecond"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["user", "assistant"])), name="message_role_known"
            ),
        ),
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(
                condition=models.Q(("status__in", ("queued", "in_progress"))),
                fields=["next_attempt_at"],
                name="evaluations_open_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(fields=["student", "-created_at"], name="evaluations_by_student_idx"),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "failed"), _negated=True),
                fields=("request_hash",),
                name="one_evaluation_per_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["queued", "in_progress", "completed", "failed"])),
                name="evaluation_status_known",
            ),
        ),
    ]
