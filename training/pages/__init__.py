"""What our pages have in common: a frame, a style, bars of what was before and what is now."""
