from django.contrib import admin
from django.urls import path

from apps.dashboard.views import FailedTwice, NotBegun

app_name = "dashboard"
urlpatterns = [
    path("not-begun/", admin.site.admin_view(NotBegun.as_view()), name="not-begun"),
    path("failed-twice/", admin.site.admin_view(FailedTwice.as_view()), name="failed-twice"),
]
