"""The field's protocol on AMLworld: which transactions launder."""
