"""An index by which an email is found in another case and with other blanks around it."""

from django.db import migrations, models

from apps.core.migration_operations import AddIndexWithoutLock
from apps.users.emails import Folded


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("users", "0010_sign_in_addresses_on_delete")]
    operations = [
        AddIndexWithoutLock(model_name="user", index=models.Index(Folded("email"), name="user_folded_email_idx")),
    ]
