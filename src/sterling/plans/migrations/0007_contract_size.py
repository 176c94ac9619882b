from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_contract_invariants")]

    operations = [
        migrations.AddField(
            model_name="contract", name="size", field=models.PositiveIntegerField(default=0, db_default=0)
        )
    ]
