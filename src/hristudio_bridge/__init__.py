"""HRIStudio: bridge."""
