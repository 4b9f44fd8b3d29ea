"""The pages that citizens see."""
