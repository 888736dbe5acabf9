"""Room 2: release -> entry. Pure: no input or output, no clock, no randomness."""
