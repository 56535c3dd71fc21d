"""Every table of the desk, for migrations and tests of rules about all of them."""

from app.accounts import models as accounts
from app.audit import models as audit
from app.channels import duty_models as duties
from app.channels import models as channels
from app.credentials import models as credentials
from app.foundation import heartbeat
from app.foundation.db import Base
from app.inbox import models as inbox
from app.notices import models as notices
from app.replies import models as replies

ROOMS = (accounts, audit, channels, credentials, duties, heartbeat, inbox, notices, replies)
"""A table is known once its room is imported."""
TABLES = Base.metadata
