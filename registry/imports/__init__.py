"""Exchange folders coming in: read strictly, checked as a whole, stored all or nothing."""
