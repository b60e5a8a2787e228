"""Running HRIStudio on a machine: settings, secrets, processes, one log, checks."""
