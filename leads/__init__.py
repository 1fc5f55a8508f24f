"""Who the leads are and where they stand: people, accounts, their signals and the stages they pass."""
