"""Help texts in the words of the admin pages. State only: no SQL."""

import django.core.validators
from django.db import migrations, models

import apps.users.fields


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0014_vettings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="freedemail",
            name="account_id",
            field=models.IntegerField(help_text="The account that had it, which may be deleted."),
        ),
        migrations.AlterField(
            model_name="freedemail",
            name="email",
            field=models.CharField(help_text="The email as it was stored.", max_length=120),
        ),
        migrations.AlterField(
            model_name="roleapproval",
            name="claim",
            field=models.CharField(
                help_text="The claim after the decision; empty if it did not change.", max_length=70, null=True
            ),
        ),
        migrations.AlterField(
            model_name="roleapproval",
            name="operator",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The system user who ran the command; empty if it was done elsewhere.",
                max_length=150,
            ),
        ),
        migrations.AlterField(
            model_name="roleapproval",
            name="previous_claim",
            field=models.CharField(help_text="The claim before the decision, if it changed.", max_length=70, null=True),
        ),
        migrations.AlterField(
            model_name="roleapproval",
            name="role",
            field=models.CharField(help_text="The role after the decision; empty for none.", max_length=70, null=True),
        ),
        migrations.AlterField(
            model_name="user",
            name="access_ended_at",
            field=apps.users.fields.SetByUpdateDateTimeField(
                blank=True, editable=False, help_text="Older tokens of the Flask service are refused.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="approved_role",
            field=models.CharField(
                blank=True,
                choices=[("student", "Student"), ("instructor", "Instructor"), ("admin", "Admin")],
                help_text="The role that an admin has approved. It counts only while it equals the claimed role.",
                max_length=70,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.CharField(
                help_text="The email to sign in with, exactly as typed.",
                max_length=120,
                unique=True,
                validators=[django.core.validators.EmailValidator()],
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="is_active",
            field=models.BooleanField(db_default=True, default=True, help_text="Clear this to lock the account."),
        ),
        migrations.AlterField(
            model_name="user",
            name="password_while_locked",
            field=apps.users.fields.SetByUpdateCharField(
                blank=True,
                editable=False,
                help_text="The hash of a locked account; a trigger moves it here and back.",
                max_length=200,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                blank=True,
                help_text="The role that the account claims. It gives no rights by itself.",
                max_length=70,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="token_version",
            field=apps.users.fields.SetByUpdateIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="The version that this service's access tokens must have.",
            ),
        ),
    ]
