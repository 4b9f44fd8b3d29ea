"""The wires of mail: SMTP or Maildir out, IMAP or Maildir in. What a mail says is nobody's business here."""
