"""The addresses of `routing`."""

urlpatterns: list[object] = []
