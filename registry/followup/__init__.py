"""PURE. Clocks of a course, windows, the choice of visits, steroids and states."""
