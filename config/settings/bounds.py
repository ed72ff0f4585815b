"""How much one person may say and begin: far above honest use, so that a script meets it and no student does."""

from config.settings.environment import env

# Of one message of a student's.
MESSAGE_MAX_CHARACTERS = env.count("MESSAGE_MAX_CHARACTERS", default=4_000)
# Of both sides. What was accepted is answered, so that a reply may be one message more.
THREAD_MAX_MESSAGES = env.count("THREAD_MAX_MESSAGES", default=400)
THREAD_MAX_CHARACTERS = env.count("THREAD_MAX_CHARACTERS", default=200_000)
# In a row, each without asking for an answer, which only the old API lets a student do.
THREAD_MAX_UNASKED = env.count("THREAD_MAX_UNASKED", default=20)
# Nothing ends a thread, so those begun in the last 24 hours are counted.
THREADS_MAX_A_DAY = env.count("THREADS_MAX_A_DAY", default=200)
