"""What the web server says of itself, held to the desk's rule: error classes and places only."""

import sys
from typing import Any

from gunicorn.glogging import Logger

from app.foundation.log import where, without_words


class ServerLog(Logger):
    """gunicorn's log without addresses, which may hold a link's token, and errors' words."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(without_words)

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        self.error_log.error("%s: %s", msg.partition("%")[0].strip(), where(sys.exc_info()[1]))
