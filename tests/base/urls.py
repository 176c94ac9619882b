"""The product's routes and the page of parts."""

from __future__ import annotations

from django.urls import path

from sterling.base.views_parts import parts
from sterling.config import urls

urlpatterns = [path("parts", parts), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
