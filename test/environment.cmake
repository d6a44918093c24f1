# Read by ctest before the tests. What they see must come from the code at hand, and nothing of it goes into the user's
# own cache; the tests of the cache name one.
set(ENV{FERRULE_NO_CACHE} 1)
