from hristudio_core.media.s3.client import Account
from hristudio_core.media.s3.media import S3Media

__all__ = ["Account", "S3Media"]
