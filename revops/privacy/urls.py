"""The addresses of personal data, under /privacy/."""

from django.urls import path

from revops.privacy import suppression_views
from revops.privacy import views as privacy_views

urlpatterns = [
    path("", privacy_views.beginning, name="privacy"),
    path("suppressions/", suppression_views.suppressions_page, name="suppressions"),
    path("suppressions/add/", suppression_views.add, name="suppression-add"),
    path("suppressions/<int:suppression_id>/lift/", suppression_views.lift, name="suppression-lift"),
    path("people/<int:lead_id>/", privacy_views.person_page, name="person-data"),
    path("people/<int:lead_id>/export/", privacy_views.export, name="person-export"),
    path("people/<int:lead_id>/erase/", privacy_views.erase, name="person-erase"),
]
