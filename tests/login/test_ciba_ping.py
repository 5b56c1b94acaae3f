"""The ping: who registered is told, signed, that a user has confirmed a login that the merchant started."""

import pytest

from mockserver.signing.webhooks import verify
from tests.apis.helpers import set_customer
from tests.harness import Emulator
from tests.login.client import CUSTOMER
from tests.login.till import Till
from tests.receivers import Receivers, deliveries, receivers_of, register, settle

PING = "login.merchant-initiated.ping.v1"
