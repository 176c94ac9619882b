from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "sterling.sla"
    default_auto_field = "django.db.models.BigAutoField"
