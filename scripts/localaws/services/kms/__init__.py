"""KMS: moto keeps the keys; this package validates key policies and tags, and makes pairs of keys.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from typing import Any


def install() -> None:
    """Moto describes a key without the usage that was not given."""
    from moto.kms.models import Key

    create_in_moto = Key.__init__

    def create(key: Any, *args: Any, **kwargs: Any) -> None:
        create_in_moto(key, *args, **kwargs)
        key.key_usage, key.multi_region = key.key_usage or "ENCRYPT_DECRYPT", bool(key.multi_region)

    Key.__init__ = create
