"""Named errors: what PLATFORM_FACTS 8 lists, so that a drill need not know the numbers."""

from typing import Any

_CODES: dict[str, tuple[int, int, int]] = {
    # name: code, subcode, HTTP status
    "transient": (2, 0, 500),
    "permission_not_transient": (1, 2853006, 403),
    "app_limit": (4, 0, 403),
    "user_limit": (17, 0, 403),
    "page_limit": (32, 0, 403),
    "custom_limit": (613, 1996, 403),
    "instagram_limit": (80002, 0, 403),
    "messenger_limit": (80006, 0, 403),
    "permission_missing": (200, 0, 403),
    "window_closed": (10, 2018278, 403),
    "instagram_window_closed": (10, 2534022, 403),
    "unreachable": (10, 2018108, 403),
    "not_available": (551, 1545041, 400),
    "instagram_unreachable": (100, 2534029, 400),
    "page_restricted": (10, 1893063, 403),
    "instagram_setting": (10, 2534077, 403),
    "instagram_messages_off": (200, 2534041, 403),
    "gone": (100, 33, 400),
    "no_recipient": (100, 2018001, 400),
    "instagram_no_recipient": (100, 2534014, 400),
    "attachment_refused": (100, 2018047, 400),
    "no_private_reply": (100, 2534025, 400),
    "private_reply_done": (10900, 0, 400),
    "cannot_be_answered": (10903, 0, 400),
    "thread_held": (10, 2018300, 403),
    "thread_held_other": (10, 2018321, 403),
    "instagram_thread_held": (100, 2534037, 400),
    "feature_gone": (200, 2069030, 403),
    "policy": (368, 0, 403),
    "duplicate": (506, 0, 400),
    "link_refused": (1609005, 0, 400),
    "too_old": (9000001, 0, 400),
}
PRESETS: dict[str, dict[str, Any]] = {
    name: {"kind": "error", "code": code, "subcode": subcode, "status": status}
    for name, (code, subcode, status) in _CODES.items()
}


def spelled(spec: dict[str, Any]) -> dict[str, Any]:
    """`{"preset": "policy", …}` with its numbers in place; what is not known stays as it is."""
    name = spec.get("preset")
    if not isinstance(name, str) or name not in PRESETS:
        return spec
    return PRESETS[name] | {key: value for key, value in spec.items() if key != "preset"}
