"""Every table of the desk, for migrations and tests of rules about all of them."""

import app.accounts.models
import app.audit.models
import app.channels.models
import app.credentials.models
import app.foundation.heartbeat
import app.inbox.models
import app.notices.models
import app.replies.models  # noqa: F401 - to import them is all that is wanted
