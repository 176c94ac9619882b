from django.apps import AppConfig


class SponsorsConfig(AppConfig):
    name = "sterling.premium.sponsors"
    label = "sponsors"
    default_auto_field = "django.db.models.BigAutoField"
