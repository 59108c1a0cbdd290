"""What a visitor wants to know first about a thing, by kind: whom, how much, when, what is near."""
