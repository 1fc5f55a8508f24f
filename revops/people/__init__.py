"""The people page of operations."""
