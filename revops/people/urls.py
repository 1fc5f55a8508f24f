"""The addresses of the people page."""

from django.urls import path

from revops.people import views as people_views

urlpatterns = [
    path("", people_views.people_page, name="people"),
    path("add/", people_views.add, name="person-add"),
    path("<int:person_id>/", people_views.edit, name="person"),
    path("<int:person_id>/close/", people_views.close, name="person-close"),
    path("<int:person_id>/reopen/", people_views.reopen, name="person-reopen"),
    path("<int:person_id>/second-factor/", people_views.reset_second_factor, name="person-reset-factor"),
    path("<int:person_id>/link/", people_views.send_link, name="person-link"),
]
