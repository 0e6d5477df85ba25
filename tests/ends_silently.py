"""A process that ends with status 1 and says nothing."""

import sys

sys.exit(1)
