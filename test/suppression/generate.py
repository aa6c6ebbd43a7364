"""Writes random tables for COPY. Run as: python3 generate.py FILE COUNT SEED [SIZE]"""

import sys

from tables import generate, write

with open(sys.argv[1], "w") as out:
    for number, table in enumerate(generate(int(sys.argv[3]), int(sys.argv[2]), int(sys.argv[4]) if len(sys.argv) > 4 else None), 1):
        out.write("\t".join([str(number)] + write(table)) + "\n")
