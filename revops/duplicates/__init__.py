"""The pages where people decide who is there twice, and which company a name means."""
