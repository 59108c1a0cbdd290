"""The only way out: SERVICE to the addresses that the operator allows, through a broker in the server process."""
