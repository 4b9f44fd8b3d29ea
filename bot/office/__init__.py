"""The office: takes steps on cases in one transaction each, and sends what they cause."""
