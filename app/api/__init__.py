"""The door for machines: webhooks and health."""

from app.api import health, webhooks

BLUEPRINTS = (webhooks.bp, health.bp)
