from django.db import migrations

from sterling.base.sql import TRIGRAMS, searchable


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in_codes")]
    operations = [
        TRIGRAMS,
        searchable("accounts_contact", "name"),
        searchable("accounts_contact", "email"),
        searchable("accounts_organization", "name"),
    ]
