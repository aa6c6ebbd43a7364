# Credence: one PGXS makefile for every extension of the suite.
EXTENSION = control/credence
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" control/credence.control)

MODULE_big = credence
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard scoring/*.c functions/*.c)))
DATA = $(wildcard extension/*--*--*.sql)
DATA_built = build/credence--$(EXTVERSION).sql
EXTRA_CLEAN = build

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --load-extension=credence

# Reproducible to the bit: no contraction, no fast-math, no machine-specific code.
PG_CFLAGS = -std=gnu99 -ffp-contract=off -fvisibility=hidden -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers $(OPTFLAGS)
PG_CPPFLAGS = -I$(srcdir) -DCREDENCE_VERSION='"$(EXTVERSION)"'
SHLIB_LINK = -Wl,-Bsymbolic

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

build/credence--$(EXTVERSION).sql: $(sort $(wildcard extension/credence/*.sql))
	mkdir -p build
	cat $^ > $@
