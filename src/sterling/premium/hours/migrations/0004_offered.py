from django.db import migrations, models

from sterling.base.sql import same_organization


class Migration(migrations.Migration):
    dependencies = [("hours", "0003_product")]
    operations = [
        # What both sides had agreed to was offered too.
        migrations.RunSQL(
            "UPDATE hours_serviceplan SET offered_at = agreed_at, offered_by = agreed_by WHERE agreed_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="serviceplan",
            constraint=models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | models.Q(offered_at__isnull=False),
                name="agreed_by_both_sides",
            ),
        ),
        same_organization("hours_hoursnotice", "contract_id", "plans_contract"),
    ]
