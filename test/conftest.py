"""Properties are tried on the same cases each time, as those in TypeScript are (`test/fixed-seed.ts`)."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
