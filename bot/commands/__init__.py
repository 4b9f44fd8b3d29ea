"""The subcommands of ``wenban``; each module is imported only when one of its commands runs."""
