"""HRIStudio: web."""
