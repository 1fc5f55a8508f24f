"""The addresses of `leads`."""

from django.urls import path

from leads import views

urlpatterns = [
    path("", views.lead_list, name="leads"),
]
