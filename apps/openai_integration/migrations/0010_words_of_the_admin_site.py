"""Plain words for teachers in the admin site. Changes the state only, not the database."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0005_activity_changes_on_delete"),
        ("openai_integration", "0009_times_of_the_database"),
        ("scenarios", "0007_scenario_changes_on_delete"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="run",
            options={"ordering": ["-created_at", "id"], "verbose_name": "reply", "verbose_name_plural": "replies"},
        ),
        migrations.AlterModelOptions(
            name="thread",
            options={"ordering": ["-created_at", "id"], "verbose_name": "conversation"},
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="evaluations",
                to="activities.activity",
                verbose_name="exercise",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, help_text="Calls to the model, without polls."),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="deadline_at",
            field=models.DateTimeField(help_text="It is ended at this time at the latest."),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="error_code",
            field=models.CharField(blank=True, default="", help_text="Why it did not complete.", max_length=40),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="error_detail",
            field=models.CharField(blank=True, default="", help_text="The reason in words.", max_length=300),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="kind",
            field=models.CharField(
                choices=[("categories", "categories of the exercise"), ("questions", "questions of the patient")],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="lease_token",
            field=models.UUIDField(blank=True, help_text="Identifies the worker that has it.", null=True),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="model",
            field=models.CharField(blank=True, default="", help_text="The name that the model gave.", max_length=100),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="needs_review",
            field=models.BooleanField(default=False, help_text="An instructor should review it."),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="next_attempt_at",
            field=models.DateTimeField(help_text="No worker takes it before this time."),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="passed",
            field=models.BooleanField(
                blank=True, help_text="Empty without a pass mark, or while a review could decide it.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="released_at",
            field=models.DateTimeField(blank=True, help_text="When the student may see it from.", null=True),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="request_hash",
            field=models.CharField(help_text="Equal for requests for the same marking.", max_length=64),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="rubric",
            field=models.JSONField(help_text="The categories with their criteria, or the questions, at the time."),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="scenario",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="evaluations",
                to="scenarios.assistantscenario",
                verbose_name="patient",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="sent_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="When its task was last sent."
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="thread",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evaluations",
                to="openai_integration.thread",
                verbose_name="conversation",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="title",
            field=models.CharField(
                blank=True, default="", help_text="The title of the exercise or patient at the time.", max_length=80
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="transcript",
            field=models.JSONField(help_text="The messages that were marked: a list of {role, message}."),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="body",
            field=models.JSONField(help_text="The response.", null=True),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="fingerprint",
            field=models.CharField(help_text="A hash of the method, address and body.", max_length=64),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="lease_token",
            field=models.UUIDField(help_text="Identifies the request that is being carried out.", null=True),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="status",
            field=models.PositiveSmallIntegerField(
                help_text="The status of the response; empty until there is one.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="author",
            field=models.ForeignKey(
                blank=True,
                help_text="The instructor who gave it; empty for the model.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="marks",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="criterion_id",
            field=models.CharField(
                help_text="The criterion's id in the evaluation's rubric, such as c12 or q5.", max_length=20
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="evidence",
            field=models.JSONField(
                default=list, help_text="Verified quotes: a list of {index, quote}; index counts messages from 0."
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="model_score",
            field=models.IntegerField(blank=True, help_text="The model's score before it was checked.", null=True),
        ),
        migrations.AlterField(
            model_name="mark",
            name="position",
            field=models.PositiveSmallIntegerField(help_text="The criterion's position in the rubric, from 0."),
        ),
        migrations.AlterField(
            model_name="mark",
            name="sample_scores",
            field=models.JSONField(default=list, help_text="The score in each sample, if there were several."),
        ),
        migrations.AlterField(
            model_name="mark",
            name="score",
            field=models.PositiveSmallIntegerField(help_text="The score that counts."),
        ),
        migrations.AlterField(
            model_name="message",
            name="client_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The id that the sender gave it, if any.",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="created_at",
            field=models.DateTimeField(help_text="Strictly increasing within a conversation, in whole milliseconds."),
        ),
        migrations.AlterField(
            model_name="message",
            name="run",
            field=models.ForeignKey(
                blank=True,
                help_text="How the patient's message was made; empty for the student's.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replies",
                to="openai_integration.run",
                verbose_name="work on the reply",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="openai_integration.thread",
                verbose_name="conversation",
            ),
        ),
        migrations.AlterField(
            model_name="modelpause",
            name="ended_at",
            field=models.DateTimeField(blank=True, help_text="Empty while the pause lasts.", null=True),
        ),
        migrations.AlterField(
            model_name="run",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="runs",
                to="activities.activity",
                verbose_name="exercise",
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, help_text="Calls to the model, without polls."),
        ),
        migrations.AlterField(
            model_name="run",
            name="checks",
            field=models.JSONField(
                default=list, help_text="Replies that were rejected: a list of {attempt, rule, action}."
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="deadline_at",
            field=models.DateTimeField(help_text="It is ended at this time at the latest."),
        ),
        migrations.AlterField(
            model_name="run",
            name="error_code",
            field=models.CharField(blank=True, default="", help_text="Why it did not complete.", max_length=40),
        ),
        migrations.AlterField(
            model_name="run",
            name="error_detail",
            field=models.CharField(blank=True, default="", help_text="The reason in words.", max_length=300),
        ),
        migrations.AlterField(
            model_name="run",
            name="lease_token",
            field=models.UUIDField(blank=True, help_text="Identifies the worker that has it.", null=True),
        ),
        migrations.AlterField(
            model_name="run",
            name="model",
            field=models.CharField(blank=True, default="", help_text="The name that the model gave.", max_length=100),
        ),
        migrations.AlterField(
            model_name="run",
            name="next_attempt_at",
            field=models.DateTimeField(help_text="No worker takes it before this time."),
        ),
        migrations.AlterField(
            model_name="run",
            name="pre_brief",
            field=models.TextField(blank=True, default="", help_text="The exercise's brief at the time."),
        ),
        migrations.AlterField(
            model_name="run",
            name="prompt_version",
            field=models.CharField(help_text="The version of the rules for playing a patient.", max_length=20),
        ),
        migrations.AlterField(
            model_name="run",
            name="scenario_version",
            field=models.ForeignKey(
                help_text="The patient as played for this reply.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="scenarios.scenarioversion",
                verbose_name="version of the patient",
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="sent_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="When its task was last sent."
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="spent_upstream_ids",
            field=models.JSONField(
                default=list, help_text="Ids of background responses still to be deleted at the provider."
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="runs",
                to="openai_integration.thread",
                verbose_name="conversation",
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="upstream_id",
            field=models.CharField(
                blank=True, default="", help_text="The id of a background response at the provider.", max_length=100
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="user_message",
            field=models.ForeignKey(
                help_text="The message that the patient answers.",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="runs",
                to="openai_integration.message",
                verbose_name="student's message",
            ),
        ),
        migrations.AlterField(
            model_name="thread",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                help_text="The exercise of the latest reply.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="threads",
                to="activities.activity",
                verbose_name="exercise",
            ),
        ),
        migrations.AlterField(
            model_name="thread",
            name="scenario",
            field=models.ForeignKey(
                blank=True,
                help_text="The patient of the latest reply.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="threads",
                to="scenarios.assistantscenario",
                verbose_name="patient",
            ),
        ),
        migrations.AlterField(
            model_name="thread",
            name="student",
            field=models.ForeignKey(
                help_text="Who talks with the patient.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="threads",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="thread",
            name="title",
            field=models.CharField(blank=True, default="", help_text="The patient's title at the time.", max_length=80),
        ),
        migrations.AlterField(
            model_name="usage",
            name="first_text_ms",
            field=models.PositiveIntegerField(
                blank=True, help_text="Milliseconds until the first text of a streamed answer.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="usage",
            name="outcome",
            field=models.CharField(
                help_text="begun, answered, stopped, lost (its worker died), or an error code.", max_length=40
            ),
        ),
        migrations.AlterField(
            model_name="usage",
            name="request_id",
            field=models.CharField(
                blank=True, default="", help_text="The provider's id of the request, for support.", max_length=100
            ),
        ),
        migrations.AlterField(
            model_name="usage",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="usage",
                to="openai_integration.run",
                verbose_name="reply",
            ),
        ),
    ]
