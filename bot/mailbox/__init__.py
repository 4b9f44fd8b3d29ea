"""The mailbox: disclosure requests and letters, from receipt to the signed reply."""
