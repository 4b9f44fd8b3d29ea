"""Opening the store as the settings say."""

from bot.settings import Settings
from bot.store.database import open_database
from bot.store.store import Store
from bot.store.vault import Vault, key_from_file


def open_store(settings: Settings) -> Store:
    """The store, its database migrated, its key read or made. Raises StoreError."""
    given = settings.key.get_secret_value() if settings.key else key_from_file(settings.home / "secret.key")
    return Store(open_database(settings.database_place), Vault(given.split(",")))
