"""The documents of the mailbox: text templates, drawn up from facts, as text and as docx."""
