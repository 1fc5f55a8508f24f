"""The routing simulator."""
