from django.apps import AppConfig


class RcaConfig(AppConfig):
    name = "sterling.premium.rca"
    label = "rca"
    default_auto_field = "django.db.models.BigAutoField"
