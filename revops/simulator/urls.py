"""The addresses of the routing simulator."""

from django.urls import path

from revops.simulator import views as simulator_views

urlpatterns = [
    path("", simulator_views.simulator, name="rules-simulator"),
    path("start/", simulator_views.simulate, name="rules-simulate"),
    path("<int:run_id>.csv", simulator_views.simulation_csv, name="rules-simulation-csv"),
]
