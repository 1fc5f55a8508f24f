"""The addresses of `leads`."""

urlpatterns: list[object] = []
