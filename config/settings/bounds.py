"""Limits on threads and messages of one person: far above honest use, so that only scripts reach them."""

from config.settings.environment import env

# For one message of a student.
MESSAGE_MAX_CHARACTERS = env.count("MESSAGE_MAX_CHARACTERS", default=4_000)
# For both sides. The reply to the last accepted message may exceed it by one.
THREAD_MAX_MESSAGES = env.count("THREAD_MAX_MESSAGES", default=400)
THREAD_MAX_CHARACTERS = env.count("THREAD_MAX_CHARACTERS", default=200_000)
# Messages in a row without a run, which only the old API allows.
THREAD_MAX_UNASKED = env.count("THREAD_MAX_UNASKED", default=20)
# Threads never end, so those created in the last 24 hours are counted.
THREADS_MAX_A_DAY = env.count("THREADS_MAX_A_DAY", default=200)
