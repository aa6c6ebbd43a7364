# Verifies the bundle that bundle_export.py left (or makes it); prints the seconds of one processor that it took, and the cells.
import json
import os
import resource
import subprocess
import sys

bundle = os.environ['BUNDLE']
if not os.path.exists(bundle):
    subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), 'bundle_export.py')], check=True, stdout=subprocess.DEVNULL)
before = resource.getrusage(resource.RUSAGE_CHILDREN)
report = json.loads(subprocess.run([os.environ['CREDENCE'], 'verify', '--quiet', '--json', bundle], check=True, capture_output=True).stdout)
after = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
assert report['recomputed']['scores'] == report['items']
print(seconds, report['cells'])
