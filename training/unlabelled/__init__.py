"""Ways to learn where many mules are never found, held against a truth that a simulator knows."""
