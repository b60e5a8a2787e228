"""HRIStudio: core."""
