"""What a small context left out of a request, and which tokens are an estimate."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0010_words_of_the_admin_site")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="run",
            name="left_out_messages",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="How many of the oldest messages the model was not sent, since its context was too small.",
            ),
        ),
        migrations.AddField(
            model_name="usage",
            name="estimated",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The server has not counted the tokens: they are about so many.",
            ),
        ),
    ]
