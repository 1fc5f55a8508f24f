"""The addresses of signals that could not be processed, under /dead-letters/."""

from django.urls import path

from leads import dead_letter_views

urlpatterns = [
    path("", dead_letter_views.dead_letters, name="dead-letters"),
    path("retry/", dead_letter_views.retry_all, name="dead-letters-retry"),
    path("<int:failed_id>/retry/", dead_letter_views.retry, name="dead-letter-retry"),
    path("<int:failed_id>/set-aside/", dead_letter_views.set_aside, name="dead-letter-set-aside"),
]
