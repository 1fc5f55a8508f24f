"""The addresses of the ceilings."""

from django.urls import path

from bench import bare

urlpatterns = [
    path("healthz", bare.healthz),
    path("row/", bare.insert_a_row),
    path("page/<int:user_id>/", bare.some_rows),
]
