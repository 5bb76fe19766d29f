"""The process and the machine: terminal, threads, memory settings, the user's source line."""
