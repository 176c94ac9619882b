from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "sterling.base"
    default_auto_field = "django.db.models.BigAutoField"
