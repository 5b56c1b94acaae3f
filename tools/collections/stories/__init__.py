"""The stories that the collections tell, in their order."""

from tools.collections.stories import login, management, onboarding, partner, payment, recurring, userinfo, webhooks

FOLDERS = (
    payment.FOLDER,
    partner.FOLDER,
    management.FOLDER,
    onboarding.FOLDER,
    webhooks.FOLDER,
    userinfo.FOLDER,
    login.FOLDER,
    recurring.FOLDER,
)
