# Copies the rows that a bundle of CSV has out of the database "bundle", in the same order, and throws them away; prints the seconds and the bytes.
import subprocess
import time

ORDERS = {'bulletin_chain': 'bulletin', 'bulletin_items': 'item', 'bulletin_entries': 'entry', 'bulletin_values': 'entry, input COLLATE "C"',
          'bulletin_cells': 'cell', 'bulletin_adjustments': 'entry, adjustment'}
commands = [f'COPY (SELECT * FROM credence_disclosure.{view} WHERE bulletin = 1 ORDER BY {order}) TO STDOUT (FORMAT csv)' for view, order in ORDERS.items()]
begun = time.monotonic()
size = 0
psql = subprocess.Popen(['psql', '-X', '-q', '-d', 'bundle', *[part for command in commands for part in ('-c', command)]], stdout=subprocess.PIPE)
while block := psql.stdout.read(1 << 20):
    size += len(block)
assert psql.wait() == 0
print(time.monotonic() - begun, size)
