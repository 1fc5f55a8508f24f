"""The addresses of enrichment, under /enrichment/."""

from django.urls import path

from revops.enrichment import views as enrichment_views

urlpatterns = [
    path("", enrichment_views.enrichment_home, name="enrichment"),
    path("order/", enrichment_views.order, name="enrichment-order"),
    path("add/<str:way>/", enrichment_views.add, name="enrichment-add"),
    path("<int:provider_id>/", enrichment_views.provider_page, name="enrichment-provider"),
    path("<int:provider_id>/edit/", enrichment_views.edit, name="enrichment-edit"),
    path("<int:provider_id>/switch/", enrichment_views.switch, name="enrichment-switch"),
    path("<int:provider_id>/run/", enrichment_views.run_now, name="enrichment-run"),
]
