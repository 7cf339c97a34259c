"""What holds for all tests."""

from hypothesis import settings

# A machine that also encodes films or runs browsers is slow by fits and starts: an example's time says nothing.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
