from django.db import migrations

from sterling.base.sql import searchable


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_followers_of_old_tickets"), ("accounts", "0004_search")]
    operations = [searchable("tickets_ticket", "subject")]
