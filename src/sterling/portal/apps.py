from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sterling.portal"
    default_auto_field = "django.db.models.BigAutoField"
