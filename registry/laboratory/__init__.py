"""Laboratory results, pure: analytes, canonical values and the SLEDAI items they make likely."""
