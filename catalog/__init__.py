"""What is offered: service items, guides, documents."""
