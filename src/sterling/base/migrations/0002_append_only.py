from django.db import migrations

from sterling.base.sql import APPEND_ONLY_FUNCTION, append_only


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [APPEND_ONLY_FUNCTION, append_only("base_auditentry")]
