from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sterling.accounts"
    default_auto_field = "django.db.models.BigAutoField"
