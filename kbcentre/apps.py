from django.apps import AppConfig


class KbcentreConfig(AppConfig):
    name = "kbcentre"
