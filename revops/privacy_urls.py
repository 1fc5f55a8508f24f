"""The addresses of personal data, under /privacy/."""

from django.urls import path

from revops import privacy_views

urlpatterns = [
    path("people/<int:lead_id>/", privacy_views.person_page, name="person-data"),
    path("people/<int:lead_id>/export/", privacy_views.export, name="person-export"),
    path("people/<int:lead_id>/erase/", privacy_views.erase, name="person-erase"),
]
