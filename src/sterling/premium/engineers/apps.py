from django.apps import AppConfig


class EngineersConfig(AppConfig):
    name = "sterling.premium.engineers"
    label = "engineers"
    default_auto_field = "django.db.models.BigAutoField"
