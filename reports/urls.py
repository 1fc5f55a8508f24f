"""The addresses of `reports`."""

from django.urls import path

from reports import views

urlpatterns = [
    path("service-levels/", views.service_level_report, name="service-level-report"),
    path("service-levels/records/", views.service_level_records, name="service-level-records"),
    path("service-levels/records.csv", views.service_level_csv, name="service-level-csv"),
]
