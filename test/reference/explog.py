from math import exp, log as ln
