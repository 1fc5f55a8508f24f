"""How good the leads are: fit, engagement, urgency, tier, and the gate to sales."""
