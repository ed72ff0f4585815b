"""Every address that the service answers."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
