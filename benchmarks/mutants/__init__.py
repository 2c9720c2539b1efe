"""Single changes to cited code of public repositories, and whether the verdicts tell them apart."""
