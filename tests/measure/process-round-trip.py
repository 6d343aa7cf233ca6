#!/usr/bin/env python3
"""What it costs to have a picture judged in another process: its copy into shared memory, and the way there and back over two pipes.

    python3 tests/measure/process-round-trip.py [width] [height]      1920 and 1200 without numbers

The other process touches the picture once and answers with 256 bytes. No model runs: this is what comes on top of one.
"""
import mmap
import os
import sys
import time

ROUNDS = 400
width, height = (int(text) for text in (sys.argv[1:3] if len(sys.argv) > 2 else ("1920", "1200")))
size = width * height * 3
picture = os.urandom(size)
shared = mmap.mmap(-1, size)
there_read, there_write = os.pipe()
back_read, back_write = os.pipe()

if os.fork() == 0:
    os.close(there_write)
    os.close(back_read)
    while os.read(there_read, 1):
        shared[size // 2]
        os.write(back_write, bytes(256))
    os._exit(0)

os.close(there_read)
copies, ways = [], []
for _ in range(ROUNDS):
    time.sleep(0.005)  # A line has pauses, in which the other process falls asleep.
    began = time.perf_counter()
    shared[0:size] = picture
    copied = time.perf_counter()
    os.write(there_write, b"!")
    os.read(back_read, 256)
    answered = time.perf_counter()
    copies.append((copied - began) * 1000)
    ways.append((answered - copied) * 1000)
os.close(there_write)
for name, times in (("copy", copies), ("there and back", ways)):
    times.sort()
    print(f"{name:15} p50 {times[ROUNDS // 2]:.2f} ms   p99 {times[ROUNDS * 99 // 100]:.2f} ms")
