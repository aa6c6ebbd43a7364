# Exports bulletin 1 of the database "bundle" as CSV; prints the seconds it took and the bytes.
import json
import os
import shutil
import subprocess
import time

bundle = os.environ['BUNDLE']
shutil.rmtree(bundle, ignore_errors=True)
begun = time.monotonic()
out = subprocess.run([os.environ['CREDENCE'], 'export', '1', '-o', bundle, '-d', 'bundle', '--formats', 'none', '--quiet', '--json'], check=True, capture_output=True)
print(time.monotonic() - begun, json.loads(out.stdout)['bytes'])
