"""What holds for all tests."""

import signal
import threading

# A shell starts what runs in the background with interrupts ignored, and children inherit that:
# the programs that are interrupted here would not notice.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
