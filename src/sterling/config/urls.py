"""Where each room answers."""

from __future__ import annotations

from django.urls import include, path

from sterling.config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("sterling.accounts.urls")),
    path("desk/", include("sterling.desk.urls")),
    path("api/v1/", include("sterling.api.urls")),
    path("", include("sterling.portal.urls")),
]
handler400 = "sterling.base.views.bad_request"
handler403 = "sterling.base.views.forbidden"
handler404 = "sterling.base.views.not_found"
handler500 = "sterling.config.failures.server_error"
