"""The addresses of scheduled jobs, under /jobs/."""

from django.urls import path

from revops.jobs import views as job_views

urlpatterns = [
    path("", job_views.jobs_page, name="jobs"),
    path("<slug:job>/", job_views.job, name="job"),
    path("<slug:job>/run/", job_views.run_job, name="job-run"),
]
