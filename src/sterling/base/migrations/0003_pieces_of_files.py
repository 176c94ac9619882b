"""Bytes lie uncompressed, so that a piece of a file is found without unpacking what lies before it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("base", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE base_blob ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE base_blob ALTER COLUMN data SET STORAGE EXTENDED",
        ),
    ]
